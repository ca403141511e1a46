import { Scanner } from "./scanner.ts";
import { type ShellValue, takeWord } from "./words.ts";

export { ShellFileFault } from "./scanner.ts";
export type { ShellValue } from "./words.ts";

/** What a shell file sets, and where. */
export interface Assignment {
  value: ShellValue;
  line: number;
}

const declaration = /(?:export|readonly|declare|typeset)(?:[ \t]+-[A-Za-z]+)*(?=[ \t])/y;
const functionHead =
  /([ \t]*)(?:function[ \t]+([\w:-]+)(?:[ \t]*\([ \t]*\))?|([\w:-]+)[ \t]*\([ \t]*\))\s*\{/y;

/**
 * Reads the assignments of a bash file without running anything: quotes, references, lists, comments and `export` are
 * understood, functions are passed over, and everything else is a fault. The last assignment of a name wins.
 *
 * @throws ShellFileFault with the line and, where one is being read, the name.
 */
export function parseShellFile(text: string): Map<string, Assignment> {
  const scanner = new Scanner(text);
  const found = new Map<string, Assignment>();
  const known = new Map<string, ShellValue>();
  while (!scanner.done) {
    scanner.key = undefined;
    if (scanner.take(/\n|[ \t]*#[^\n]*|;/y) !== undefined || takeFunction(scanner)) continue;
    scanner.take(/[ \t]+/y);
    const declared = scanner.take(declaration) !== undefined;
    takeStatement(scanner, declared, known, found);
  }
  return found;
}

/** One line's assignments: `A=1`, `export A=1 B`, `A=(one two)`. */
function takeStatement(
  scanner: Scanner,
  declared: boolean,
  known: Map<string, ShellValue>,
  found: Map<string, Assignment>,
): void {
  for (;;) {
    scanner.take(/(?:[ \t]|\\\n)+/y);
    scanner.key = undefined;
    if (scanner.done || scanner.take(/(?:#[^\n]*)?(?:\n|$)|;/y) !== undefined) return;
    const line = scanner.line;
    const name = scanner.take(/([A-Za-z_]\w*)=/y)?.[1];
    if (name !== undefined) {
      scanner.key = name;
      const value = scanner.peek() === "(" ? takeList(scanner, known) : takeWord(scanner, known, true);
      known.set(name, value ?? "");
      found.set(name, { value: value ?? "", line });
    } else if (!declared || scanner.take(/[A-Za-z_]\w*(?=[\s;#]|$)/y) === undefined) {
      throw scanner.fault("it is neither an assignment, nor a comment, nor a function");
    }
    if (!/^[\s;]?$/.test(scanner.peek()))
      throw scanner.fault("what stands behind the value is not part of it");
  }
}

function takeList(scanner: Scanner, known: ReadonlyMap<string, ShellValue>): string[] {
  const start = scanner.line;
  const items: string[] = [];
  scanner.take(/\(/y);
  for (;;) {
    scanner.take(/(?:\s+|\\\n|#[^\n]*)+/y);
    if (scanner.take(/\)/y) !== undefined) return items;
    if (scanner.done) throw scanner.fault("it opens a list that is never closed", start);
    const item = takeWord(scanner, known);
    if (item === undefined) throw scanner.fault("the list holds something other than words");
    items.push(item);
  }
}

/** Passes over a function: to the `}` that stands where its first line began, or ends that line. */
function takeFunction(scanner: Scanner): boolean {
  const start = scanner.line;
  const head = scanner.take(functionHead);
  if (head === undefined) return false;
  const [, indent = ""] = head;
  const oneLine = scanner.take(/[^\n]*[; \t]\}[ \t]*(?:#[^\n]*)?(?=\n|$)/y);
  if (oneLine !== undefined) return true;
  const body = new RegExp(`[\\s\\S]*?\\n${indent}\\}[ \\t]*(?:#[^\\n]*)?(?=\\n|$)`, "y");
  if (scanner.take(body) !== undefined) return true;
  throw scanner.fault(`the function ${head[2] ?? head[3]} never ends`, start);
}
