import { interpolate, wantedIn } from "./interpolate.ts";
import { type Statement, statementsOf } from "./statements.ts";

export interface EnvEntry {
  name: string;
  value: string;
  /** The right-hand side as it is written. */
  raw: string;
  /** What it refers to and nothing sets, so that Compose takes it for empty. It may be a piece of a secret with a `$` in it. */
  absent: readonly string[];
}

/**
 * The variables of env files, in order, with the values that Compose 2 gives them. What a value refers to comes from
 * the files before, else from the lines before; from the shell only when no line of any of the files sets it.
 */
export function parseEnvFiles(
  texts: readonly string[],
  shell: Readonly<Record<string, string | undefined>> = process.env,
): EnvEntry[] {
  const files = texts.map(statementsOf);
  const set = new Set(
    files.flatMap((file) => file.flatMap(({ name, raw }) => (raw === undefined ? [] : name))),
  );
  const before = new Map<string, string>();
  return files.flatMap((file) => {
    const own = new Map<string, string>();
    const lookup = (name: string) => (set.has(name) ? (before.get(name) ?? own.get(name)) : shell[name]);
    const entries = file.flatMap((statement) => entryOf(statement, lookup, own));
    for (const [name, value] of own) before.set(name, value);
    return entries;
  });
}

function entryOf(
  { name, raw, quote }: Statement,
  lookup: (name: string) => string | undefined,
  own: Map<string, string>,
): EnvEntry[] {
  const text = raw === undefined ? undefined : unquoted(raw, quote);
  const isPlain = quote === "'" || text === undefined;
  const value = isPlain ? (text ?? lookup(name)) : interpolate(text, lookup);
  if (value === undefined) return [];
  const absent = isPlain ? [] : wantedIn(text).filter((wanted) => lookup(wanted) === undefined);
  own.set(name, value);
  return [{ name, value, raw: raw ?? value, absent }];
}

function unquoted(raw: string, quote: Statement["quote"]): string {
  if (quote === undefined) return raw;
  const inner = raw.replace(/\\([\s\S])/g, (pair, character) => (character === quote ? quote : pair));
  return quote === "'" ? inner : unescaped(inner);
}

const escapes: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  c: "\\c",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  // Interpolation makes one of two.
  $: "$$",
  '"': '"',
  "\\": "\\",
};

function unescaped(text: string): string {
  return text.replace(/\\(?:([abcfnrtv$"\\])|0(\d{0,3}))/g, (match, letter?: string, octal?: string) => {
    if (letter !== undefined) return escapes[letter] ?? match;
    const code = /^[0-3][0-7]{2}$/.test(octal ?? "") ? Number.parseInt(octal ?? "", 8) : undefined;
    return code === undefined ? `\\${octal ?? ""}` : String.fromCharCode(code);
  });
}
