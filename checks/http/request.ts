import { z } from "zod";
import { Failure, messageOf } from "../../sdk/core/errors/index.ts";
import { readText } from "../../sdk/core/files/index.ts";
import type { CheckContext } from "../../sdk/core/finding/index.ts";
import { time } from "../options.ts";

/** The option of every check that may ask over TLS. */
export function caFileOption() {
  return z
    .string()
    .optional()
    .describe("The file with the certificate authorities to trust, as PEM, instead of the usual ones.");
}

/** The options of every check that sends requests. */
export const requestOptions = {
  timeout: time().default(5_000).describe("How long each answer may take, to the end of its body."),
  send: z
    .record(z.string().regex(/^[\w-]+$/), z.string())
    .default({})
    .describe("Headers of the request, such as origin; none of them may be a secret."),
  bearerFile: z
    .string()
    .optional()
    .describe("The file with the token to log in with: authorization: Bearer."),
  caFile: caFileOption(),
} as const;

/**
 * The headers of the requests, with the token.
 *
 * @throws Failure TOKEN_UNREADABLE
 */
export function requestHeaders(
  { send, bearerFile }: { send: Record<string, string>; bearerFile?: string | undefined },
  context: CheckContext,
): Record<string, string> {
  if (bearerFile === undefined) return send;
  const token = tokenIn(bearerFile);
  context.hide(token);
  return { ...send, authorization: `Bearer ${token}` };
}

function tokenIn(file: string): string {
  try {
    const token = readText(file).trim();
    if (/^[\x21-\x7e]+$/.test(token)) return token;
  } catch (thrown) {
    throw unreadable(file, messageOf(thrown));
  }
  throw unreadable(file, "it does not hold one token");
}

function unreadable(file: string, why: string): Failure {
  return new Failure("TOKEN_UNREADABLE", {
    message: `no token can be read from ${file}`,
    why,
    remedy: "write the token into that file, with mode 0600, for the user that runs this",
  });
}

/** Whether a header says this and nothing else; a proxy that adds what the service has sent says it twice. */
export function saysOnly(header: string, wanted: string): boolean {
  return header === wanted || header.split(", ").every((one) => one === wanted);
}

/** An address as it may be shown: without credentials, and without its query, which may hold some. */
export function shownUrl(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}
