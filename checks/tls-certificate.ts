import { z } from "zod";
import { messageOf } from "../sdk/core/errors/index.ts";
import type { Look } from "../sdk/core/finding/index.ts";
import { readCertificates, shakeHands, trustedAuthorities } from "../sdk/systems/tls/index.ts";
import { defineCheck } from "./define.ts";
import { oneOrMore, time } from "./options.ts";
import { findServer, placeOptions } from "./server/place.ts";
import { findingOf, findingOfServer, type Sent } from "./tls-certificate/findings.ts";
import { faultsOf, type Wanted } from "./tls-certificate/judge.ts";
import { keyFaults } from "./tls-certificate/key.ts";

/** A host and its port: "example.org:443", "[::1]:8443", or a name alone, whose port is 443. */
const address = z.string().transform((text, context) => {
  const { bracketed, plain, port } =
    /^(?:\[(?<bracketed>[\da-f:.]+)\]|(?<plain>[^\s:/[\]]+))(?::(?<port>\d{1,5}))?$/i.exec(text)?.groups ??
    {};
  const host = bracketed ?? plain;
  const number = Number(port ?? 443);
  if (host !== undefined && number > 0 && number < 65_536) return { host, port: number };
  context.addIssue({ code: "custom", message: 'expected a host and its port, such as "example.org:443"' });
  return z.NEVER;
});

/** Whether clients will accept a certificate: what a server sends, or what stands in a file for it. */
export const tlsCertificate = defineCheck({
  id: "tls-certificate",
  title: "TLS certificate",
  summary: "Whether clients accept a certificate, of a server or a file: name, chain, dates",
  example: "--host example.org:443 --warn-within 30d",
  deadline: "15s",
  options: z
    .strictObject({
      host: address.optional().describe("The server to shake hands with, such as example.org:443."),
      project: placeOptions.project,
      service: z
        .string()
        .optional()
        .describe("The service in it that serves there: one that was never started is skipped."),
      certificate: z.string().optional().describe("The file with the certificate and its chain, as PEM."),
      key: z.string().optional().describe("The file with its private key, as PEM."),
      name: oneOrMore(z.string())
        .optional()
        .describe("The names that it must be good for; the server's own when none is given."),
      ca: z.string().optional().describe("The file with an authority of one's own, as PEM."),
      warnWithin: time()
        .default(30 * 86_400_000)
        .describe("How long before its end it becomes a warning."),
      timeout: time().default(5_000).describe("How long the handshake may take."),
    })
    .refine(({ host, certificate }) => (host === undefined) !== (certificate === undefined), {
      error: "expected either host, for a server, or certificate, for a file",
    }),
  look: async ({ host, project, service, certificate = "", key, name, ca, warnWithin, timeout }, context) => {
    const authorities = trustedAuthorities(ca);
    const wanted = { names: name ?? [], authorities, warnWithin, now: Date.now() };
    if (host === undefined) return lookAtFile(certificate, key, wanted);
    const found = await findServer({ host: undefined, project, service, neededBy: [] }, context);
    if ("look" in found) return found.look;
    const names = name ?? [host.host];
    return lookAtServer(host, { ...wanted, names }, { timeoutMs: timeout, signal: context.signal });
  },
});

async function lookAtServer(
  { host, port }: { host: string; port: number },
  wanted: Wanted,
  limits: { timeoutMs: number; signal: AbortSignal },
): Promise<Look> {
  const where = `${host}:${port}`;
  const authorities = wanted.authorities.map((authority) => authority.toString());
  // A server may send another certificate for each name.
  const looks = await Promise.all(
    wanted.names.map(async (name) => {
      const seen = await shakeHands({ host, port, serverName: name, authorities, ...limits });
      return { name, seen };
    }),
  );
  const sent: Sent[] = [];
  for (const { name, seen } of looks) {
    if (!seen.ok) {
      return {
        status: "fail",
        summary: `no certificate from ${where}: ${seen.reason}`,
        remedy: "see whether the proxy runs and serves TLS on that port",
        evidence: { where, name, reason: seen.reason },
      };
    }
    const before = sent.find(({ chain: [leaf] }) => leaf?.fingerprint256 === seen.chain[0]?.fingerprint256);
    if (before === undefined) sent.push({ names: [name], chain: seen.chain, objection: seen.objection });
    else before.names.push(name);
  }
  return findingOfServer(where, sent, wanted);
}

function lookAtFile(file: string, key: string | undefined, wanted: Wanted): Look {
  try {
    const chain = readCertificates(file);
    return findingOf(file, chain, [...faultsOf(chain, wanted), ...keyFaults(chain, key)]);
  } catch (thrown) {
    return {
      status: "fail",
      summary: `the certificate cannot be read: ${messageOf(thrown)}`,
      remedy: "name the file with the certificate and its intermediates, as PEM",
      evidence: { where: file },
    };
  }
}
