/** A word of an nginx configuration, or one of its marks `{`, `}` and `;`. */
export interface Token {
  text: string;
  /** Whether it is a mark, and not a word that looks like one. */
  mark: boolean;
  line: number;
}

const word = /"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'|(?:\\[\s\S]|\$\{[^}]*\}|[^\s;{}\\$]|\$(?!\{))+/y;

/** Splits an nginx configuration into its words and marks; comments go. */
export function* tokens(text: string): Generator<Token> {
  let line = 1;
  for (let at = 0; at < text.length; ) {
    const character = text[at] ?? "";
    if (character === "\n") line += 1;
    if (/\s/.test(character)) at += 1;
    else if (character === "#") at = endOfLine(text, at);
    else if (/[{};]/.test(character)) {
      yield { text: character, mark: true, line };
      at += 1;
    } else {
      word.lastIndex = at;
      const [found = character] = word.exec(text) ?? [];
      yield { text: unquoted(found), mark: false, line };
      line += found.split("\n").length - 1;
      at += found.length;
    }
  }
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end === -1 ? text.length : end;
}

function unquoted(found: string): string {
  const quoted = /^(["'])([\s\S]*)\1$/.exec(found)?.[2];
  return quoted === undefined ? found : quoted.replaceAll(/\\(["'\\])/g, "$1");
}
