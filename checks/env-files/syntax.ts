import { readFileSync } from "node:fs";

/** A line of an env file that readers pass over in silence, or read each in its own way. */
export interface BrokenLine {
  line: number;
  problem: string;
}

const assignment = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*=\s*(.*)$/;

/** The lines that are neither empty, nor a comment, nor NAME=value; quoted values may go on over several lines. */
export function brokenLines(file: string): BrokenLine[] {
  return brokenLinesOf(readFileSync(file, "utf8"));
}

/** The same, of a text. */
export function brokenLinesOf(text: string): BrokenLine[] {
  const lines = text.split(/\r?\n/);
  const broken: BrokenLine[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const content = lines[at] ?? "";
    if (content.trim() === "" || content.trim().startsWith("#")) continue;
    const value = assignment.exec(content.replace(/^\uFEFF/, ""))?.[2];
    if (value === undefined) {
      broken.push({ line: at + 1, problem: "is not NAME=value" });
      continue;
    }
    const end = lastLineOfValue(lines, at, value);
    if (end === undefined) broken.push({ line: at + 1, problem: "opens a quote that is never closed" });
    else at = end;
  }
  return broken;
}

/** The index of the line where a quoted value ends; undefined when it never does. */
function lastLineOfValue(lines: readonly string[], start: number, value: string): number | undefined {
  const [quote = ""] = value;
  if (quote !== '"' && quote !== "'") return start;
  if (closes(value.slice(1), quote)) return start;
  const end = lines.findIndex((line, at) => at > start && closes(line, quote));
  return end === -1 ? undefined : end;
}

function closes(text: string, quote: string): boolean {
  return (quote === "'" ? /(?<!\\)(?:\\\\)*'/ : /(?<!\\)(?:\\\\)*"/).test(text);
}
