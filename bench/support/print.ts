import { writeWhole } from "../../sdk/core/cli/output.ts";
import { formatTable } from "../../sdk/core/text/index.ts";
import type { Limit, Measured } from "./measured.ts";
import { readable } from "./median.ts";

/** Tells the person at the terminal; never part of the result. */
export function say(text: string): void {
  writeWhole(2, `${text}\n`);
}

export function printJson(name: string, rounds: number, { figures, ratios }: Measured): void {
  writeWhole(1, `${JSON.stringify({ name, rounds, figures, ratios }, null, 2)}\n`);
}

export function printTables(name: string, rounds: number, measured: Measured): void {
  const limits = measured.limits.map((limit) => limitRow(limit, measured));
  const tables = [...measured.tables, ...(limits.length > 0 ? [{ title: "limits", rows: limits }] : [])];
  const texts = tables.map(({ title, rows }) => `${title}\n${indented(formatTable(rows))}\n`);
  writeWhole(1, `${name}, ${rounds} ${rounds === 1 ? "round" : "rounds"}\n\n${texts.join("\n")}`);
}

function limitRow({ key, atMost, atLeast }: Limit, { figures, ratios }: Measured) {
  const value = ratios[key] ?? figures[key];
  if (typeof value !== "number") throw new RangeError(`${key} has a limit, but was not measured`);
  const within = value <= (atMost ?? Infinity) && value >= (atLeast ?? -Infinity);
  const limit = atMost === undefined ? `at least ${atLeast}` : `at most ${atMost}`;
  return { name: key, value: readable(value), limit, held: within ? "yes" : "NO" };
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, "  ");
}
