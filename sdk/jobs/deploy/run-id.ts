import { existsSync } from "node:fs";
import { join } from "node:path";

/** The name of a run, sorted by time: its second in UTC, with a number behind it when that second has one already. */
export function newRun(now: Date, journals: string): string {
  const stamp = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
  for (let count = 1; ; count += 1) {
    const run = `${stamp}-${String(count).padStart(3, "0")}`;
    if (!existsSync(join(journals, `${run}.jsonl`))) return run;
  }
}
