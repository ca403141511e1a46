import { lookup, Resolver } from "node:dns/promises";
import { isIP } from "node:net";
import { z } from "zod";
import { messageOf } from "../sdk/core/errors/index.ts";
import { defineCheck } from "./define.ts";
import { type Fault, lookOf } from "./faults.ts";
import { oneOrMore, time } from "./options.ts";

const address = z.string().refine((text) => isIP(text) !== 0, "expected an IP address");

/** Whether names resolve, and lead where they should. */
export const dns = defineCheck({
  id: "dns",
  title: "DNS",
  summary: "Whether names resolve in their time, and to the addresses that they should",
  example: "--name example.org --expected 192.0.2.10",
  deadline: "15s",
  options: z.strictObject({
    name: oneOrMore(z.string().min(1)).describe("The names."),
    expected: oneOrMore(address)
      .optional()
      .describe("The only addresses that they may lead to; any will do when none is named."),
    server: z
      .string()
      .optional()
      .describe(
        'The name server to ask, as "192.0.2.53" or with a port; this host\'s own way when none is named.',
      ),
    timeout: time().default(3_000).describe("How long an answer may take."),
  }),
  look: async ({ name, expected, server, timeout }) => {
    const answers = await Promise.all(name.map((one) => resolved(one, server, timeout)));
    const faults = answers.flatMap((answer) => faultsOf(answer, expected));
    const good = answers.map((one) => `${one.name} is ${one.addresses.join(", ")}`).join("; ");
    return lookOf(faults, { good, evidence: { answers, expected, server } });
  },
});

interface Resolved {
  name: string;
  addresses: string[];
  why?: string;
}

async function resolved(name: string, server: string | undefined, timeoutMs: number): Promise<Resolved> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  try {
    const asked = server === undefined ? asPrograms(name) : byServer(name, server, timeoutMs);
    return { name, addresses: [...new Set(await Promise.race([asked, late.promise]))].sort() };
  } catch (thrown) {
    return { name, addresses: [], why: messageOf(thrown) };
  } finally {
    clearTimeout(timer);
  }
}

/** As any program of this host resolves it: by its hosts file, and its name servers. */
async function asPrograms(name: string): Promise<string[]> {
  return (await lookup(name, { all: true })).map((found) => found.address);
}

async function byServer(name: string, server: string, timeoutMs: number): Promise<string[]> {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
  resolver.setServers([server]);
  const [four, six] = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
  if (four.status === "rejected" && six.status === "rejected") throw four.reason;
  return [four, six].flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
}

function faultsOf({ name, addresses, why }: Resolved, expected: readonly string[] | undefined): Fault[] {
  if (addresses.length === 0) {
    const says = `${name} does not resolve: ${why ?? "it has no address"}`;
    return [
      { status: "fail", says, remedy: `see its record, and this host's resolver: getent hosts ${name}` },
    ];
  }
  const right = new Set(expected?.map(written));
  const strange = addresses.filter((found) => expected !== undefined && !right.has(written(found)));
  if (strange.length === 0) return [];
  const says = `${name} leads to ${strange.join(", ")}, and should lead to ${expected?.join(", ")} only`;
  return [{ status: "fail", says, remedy: "mend the record, or wait for its time to live to pass" }];
}

/** One address of IPv6 may be written in many ways. */
function written(address: string): string {
  return isIP(address) === 6 ? new URL(`http://[${address}]`).hostname : address;
}
