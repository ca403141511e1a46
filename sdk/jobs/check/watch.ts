import type { Io } from "../../core/cli/index.ts";
import { type Check, type Finding, runChecks } from "../../core/finding/index.ts";
import { lineOf } from "./shown.ts";

/**
 * Makes a check again and again until Ctrl-C, and prints a line for the first finding and for each that says something
 * else than the one before.
 *
 * @param intervalMs from the end of one look to the beginning of the next
 */
export async function watchOn(
  io: Pick<Io, "live" | "log" | "print" | "redactor" | "signal" | "status">,
  check: Check,
  intervalMs: number,
): Promise<void> {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  io.signal.addEventListener("abort", () => end(), { once: true });
  let last: Finding | undefined;
  for (let looks = 1; !io.signal.aborted; looks += 1) {
    const [finding] = await runChecks([check], { signal: io.signal, redact: io.redactor.redact });
    if (io.signal.aborted || finding === undefined) break;
    const now = new Date().toISOString().slice(11, 19);
    if (says(finding) !== says(last) && !io.print(`${now} UTC ${change(last, finding)}`)) break;
    last = finding;
    const counted = `${looks} looks, the last at ${now} UTC: ${finding.status}; every ${intervalMs / 1_000} s, Ctrl-C ends`;
    io.status(`${counted}\n${lineOf(finding)}`);
    await Promise.race([ended, Bun.sleep(intervalMs)]);
  }
  io.status(undefined);
}

/** A time, a share or a size: it is another one at each look, and that alone is no change. */
const measure = /\d+(?:\.\d+)? (?:ms|s|min|h|%|B|kB|MB|GB|TB|PB)(?![\w/])/g;

function says(finding: Finding | undefined): string | undefined {
  return finding && lineOf(finding).replaceAll(measure, "…");
}

/** `pass → fail http-endpoint: …`, with the remedy where it has become worse. */
function change(before: Finding | undefined, finding: Finding): string {
  const from = before === undefined || before.status === finding.status ? "" : `${before.status} → `;
  const remedy = from === "" && before !== undefined ? undefined : finding.remedy;
  return [`${from}${lineOf(finding)}`, ...(remedy === undefined ? [] : [`  fix: ${remedy}`])].join("\n");
}
