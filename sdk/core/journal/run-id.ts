import { existsSync, readdirSync } from "node:fs";

/**
 * The name of a run: its second in UTC and a number. Names sort in the order of their runs, also when two begin in one
 * second, and when the clock has gone back.
 */
export function newRun(now: Date, journals: string): string {
  const stamp = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
  const first = `${stamp}-001`;
  const newest = newestRun(journals);
  return newest === undefined || newest < first ? first : after(newest);
}

const runPattern = /^(\d{8}-\d{6})-(\d{3,})$/;

function newestRun(journals: string): string | undefined {
  if (!existsSync(journals)) return undefined;
  return readdirSync(journals)
    .map((name) => name.replace(/\.jsonl$/, ""))
    .filter((name) => runPattern.test(name))
    .sort()
    .at(-1);
}

function after(run: string): string {
  const [, stamp = "", count = "0"] = runPattern.exec(run) ?? [];
  return `${stamp}-${String(Number(count) + 1).padStart(3, "0")}`;
}
