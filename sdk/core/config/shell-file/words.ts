import type { Scanner } from "./scanner.ts";

export type ShellValue = string | readonly string[];
export type Known = ReadonlyMap<string, ShellValue>;

const plain = /[^\s\\'"$`;&|<>()#]+/y;
const commands = "it would have to be run, and a configuration is only read";

/**
 * Takes one word, as bash would expand it: quotes, escapes and references to what stands above. Undefined when no word
 * begins here; `inside` says that one has begun already, before a `=`.
 */
export function takeWord(scanner: Scanner, known: Known, inside = false): string | undefined {
  let word: string | undefined;
  for (;;) {
    const part = takePart(scanner, known, inside || word !== undefined);
    if (part === undefined) return word;
    word = (word ?? "") + part;
  }
}

function takePart(scanner: Scanner, known: Known, inside: boolean): string | undefined {
  const simple = scanner.take(plain);
  if (simple !== undefined) return simple[0];
  switch (scanner.peek()) {
    case "\\":
      return takeEscape(scanner);
    case "'":
      return takeSingleQuoted(scanner);
    case '"':
      return takeDoubleQuoted(scanner, known);
    case "$":
      return takeReference(scanner, known);
    case "#":
      // At the start of a word it is a comment, inside of one a character.
      return inside ? scanner.take(/#/y)?.[0] : undefined;
    case "`":
      throw scanner.fault(`it holds a command; ${commands}`);
    default:
      return undefined;
  }
}

function takeEscape(scanner: Scanner): string {
  const escaped = scanner.take(/\\([\s\S])/y)?.[1];
  if (escaped === undefined) throw scanner.fault("it ends in a backslash");
  return escaped === "\n" ? "" : escaped;
}

function takeSingleQuoted(scanner: Scanner): string {
  const start = scanner.line;
  const quoted = scanner.take(/'([^']*)'/y)?.[1];
  if (quoted === undefined) throw scanner.fault("it opens a quote that is never closed", start);
  return quoted;
}

function takeDoubleQuoted(scanner: Scanner, known: Known): string {
  const start = scanner.line;
  scanner.take(/"/y);
  let text = "";
  while (scanner.take(/"/y) === undefined) {
    if (scanner.done) throw scanner.fault("it opens a quote that is never closed", start);
    text += takeInsideQuotes(scanner, known);
  }
  return text;
}

function takeInsideQuotes(scanner: Scanner, known: Known): string {
  const simple = scanner.take(/[^\\"$`]+/y);
  if (simple !== undefined) return simple[0];
  switch (scanner.peek()) {
    case "$":
      return takeReference(scanner, known);
    case "\\": {
      // Between double quotes a backslash stays, except before what it protects.
      const [whole = "", character] = scanner.take(/\\([\s\S]?)/y) ?? [];
      if (character === "\n") return "";
      return character !== undefined && '"\\$`'.includes(character) ? character : whole;
    }
    default:
      throw scanner.fault(`it holds a command; ${commands}`);
  }
}

function takeReference(scanner: Scanner, known: Known): string {
  if (scanner.peek(2) === "$(") throw scanner.fault(`it holds a command; ${commands}`);
  if (scanner.take(/\$\w*(?=\\\n)/y) !== undefined) {
    throw scanner.fault("a reference goes on in the next line, which bash and people read in different ways");
  }
  const bare = scanner.take(/\$([A-Za-z_]\w*)/y)?.[1];
  if (bare !== undefined) return valueIn(bare, scanner, known);
  const braced = scanner.take(/\$\{([A-Za-z_]\w*)\}/y)?.[1];
  if (braced !== undefined) return valueIn(braced, scanner, known);
  const [, name, colon, fallback] = scanner.take(/\$\{([A-Za-z_]\w*)(:?)-([^{}$`"'\\]*)\}/y) ?? [];
  if (name !== undefined && fallback !== undefined) {
    const value = known.has(name) ? valueIn(name, scanner, known) : undefined;
    return value === undefined || (colon === ":" && value === "") ? fallback : value;
  }
  if (/^\$['"{@*#?$!\-\w]/.test(scanner.peek(2))) {
    throw scanner.fault("it holds another expansion than that of a name, with or without a default");
  }
  return scanner.take(/\$/y)?.[0] ?? "";
}

function valueIn(name: string, scanner: Scanner, known: Known): string {
  const value = known.get(name);
  if (value === undefined) throw scanner.fault(`it refers to ${name}, which is not set above it`);
  if (typeof value !== "string") throw scanner.fault(`it refers to ${name}, which is a list`);
  return value;
}
