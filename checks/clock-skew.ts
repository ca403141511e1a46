import { z } from "zod";
import { type ClockState, clockState } from "../sdk/systems/host/index.ts";
import { ask } from "../sdk/systems/http/index.ts";
import { defineCheck } from "./define.ts";
import { type Fault, lookOf } from "./faults.ts";
import { oneOrMore, time } from "./options.ts";

/** Whether this host's clock is right: certificates, tokens, backups and logs are judged by it. */
export const clockSkew = defineCheck({
  id: "clock-skew",
  title: "Clock",
  summary: "Whether a time service keeps this host's clock, and servers elsewhere agree with it",
  example: "--url https://example.org --maximum 2s",
  deadline: "10s",
  options: z.strictObject({
    url: oneOrMore(z.url({ protocol: /^https?$/ }))
      .default([])
      .describe(
        "Servers on other machines, by whose Date header the clock is judged. One on this host proves nothing.",
      ),
    maximum: time().default(2_000).describe("How far the clock may be off."),
    timeout: time().default(3_000).describe("How long an answer may take."),
  }),
  look: async ({ url, maximum, timeout }, { signal }) => {
    const kernel = clockState();
    const measured = await Promise.all(url.map((one) => measure(one, timeout, signal)));
    const faults = [...measured.flatMap((one) => skewFaults(one, maximum)), ...kernelFaults(kernel)];
    const agreed = measured.map(({ where }) => where).join(" and ");
    const good = `a time service keeps the clock, by the kernel's account${agreed === "" ? "; it was compared with no other clock" : `, and ${agreed} agrees`}`;
    return lookOf(faults, { good, evidence: { kernel, measured } });
  },
});

interface Measured {
  where: string;
  /** How far this clock is ahead, milliseconds: at least and at most. */
  ahead: { least: number; most: number } | undefined;
  why?: string;
}

/** The header counts whole seconds, and the answer was on its way for a time: the truth lies between two figures. */
async function measure(url: string, timeoutMs: number, signal: AbortSignal): Promise<Measured> {
  const where = new URL(url).host;
  const asked = Date.now();
  const answer = await ask(url, { timeoutMs, signal });
  const answered = Date.now();
  if (!answer.ok) return { where, ahead: undefined, why: answer.reason };
  const date = Date.parse(answer.headers.get("date") ?? "");
  if (Number.isNaN(date)) return { where, ahead: undefined, why: "it sends no Date" };
  // A cache sends the Date of the answer that it keeps, and says how many seconds ago that was (RFC 9111, 5.1).
  const now = date + Math.max(0, Number(answer.headers.get("age") ?? 0) || 0) * 1_000;
  return { where, ahead: { least: asked - now - 1_000, most: answered - now } };
}

function skewFaults({ where, ahead, why }: Measured, maximum: number): Fault[] {
  const remedy =
    "start a time service (chrony, or systemd-timesyncd: timedatectl set-ntp true), and look at the other clock";
  if (ahead === undefined) {
    const says = `the clock could not be compared with ${where}: ${why}`;
    return [{ status: "fail", says, remedy: `see why ${where} does not answer, or name another server` }];
  }
  const off = ahead.least > 0 ? ahead.least : Math.min(ahead.most, 0);
  if (Math.abs(off) <= maximum) return [];
  const seconds = (Math.abs(off) / 1_000).toFixed(1);
  const says = `the clock is ${seconds} s ${off > 0 ? "ahead of" : "behind"} the one of ${where}`;
  return [{ status: "fail", says, remedy }];
}

function kernelFaults(kernel: ClockState | undefined): Fault[] {
  const remedy = "start a time service: chrony, or systemd-timesyncd (timedatectl set-ntp true)";
  if (kernel === undefined)
    return [{ status: "warn", says: "the kernel does not say whether the clock is kept", remedy }];
  if (kernel.synchronised) return [];
  return [
    { status: "warn", says: "no time service keeps this host's clock, by the kernel's account", remedy },
  ];
}
