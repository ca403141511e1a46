/** `NAME=value` as it stands in an env file, before anything in the value is replaced. */
export interface Statement {
  name: string;
  /** What stands between the quotes, or up to the comment; undefined for a bare NAME, which is the shell's. */
  raw: string | undefined;
  quote: "'" | '"' | undefined;
}

const bareName = /^[\p{L}\p{N}_.[\]-]+$/u;
const assignment = /^([\p{L}\p{N}_.[\]-]+)[^\S\n]*[=:][^\S\n]*/u;
const wrongAssignment = /^([^=\n]+)=[^\S\n]*/;

/**
 * The statements of an env file, by the grammar of Compose 2. A line that Compose refuses is read as far as it makes
 * sense, and a quote that is never closed ends with its line: refusing is Compose's to do, and secrets stand even there.
 */
export function statementsOf(text: string): Statement[] {
  const statements: Statement[] = [];
  let rest = text.replace(/^\uFEFF/, "");
  for (;;) {
    rest = rest.replace(/^(?:\s+|#[^\n]*)+/, "").replace(/^export[^\S\n]+/, "");
    if (rest === "") return statements;
    const head = assignment.exec(rest) ?? wrongAssignment.exec(rest);
    if (head === null) {
      const [line, after] = cutLine(rest);
      if (bareName.test(line.trim()))
        statements.push({ name: line.trim(), raw: undefined, quote: undefined });
      rest = after;
      continue;
    }
    const [start, name = ""] = head;
    const value = valueAt(rest.slice(start.length));
    statements.push({ name, raw: value.raw, quote: value.quote });
    rest = value.rest;
  }
}

function valueAt(text: string): Omit<Statement, "name"> & { rest: string } {
  const quoted = /^(?:'((?:[^'\\]|\\[\s\S])*)'|"((?:[^"\\]|\\[\s\S])*)")/.exec(text);
  if (quoted !== null) {
    const [whole, single, double] = quoted;
    const quote = single === undefined ? '"' : "'";
    return { raw: single ?? double ?? "", quote, rest: text.slice(whole.length) };
  }
  const [line, rest] = cutLine(text);
  // Only a blank makes `#` a comment's beginning: a password may hold one.
  const raw = (line.split(" #", 1)[0] ?? "").trimEnd();
  return { raw: raw.replace(/^['"]/, ""), quote: undefined, rest };
}

function cutLine(text: string): [line: string, rest: string] {
  const end = text.indexOf("\n");
  return end === -1 ? [text, ""] : [text.slice(0, end), text.slice(end + 1)];
}
