/** One statement of a migration, in one line, without comments and without what stands in quotes. */
export interface Statement {
  text: string;
  line: number;
}

/** What is not SQL that runs by itself: comments, texts, quoted names, and the bodies between dollar signs. */
const token = /--[^\n]*|\/\*|'(?:[^']|'')*'|[eE]'(?:[^'\\]|\\.|'')*'|"(?:[^"]|"")*"|\$([A-Za-z_]\w*)?\$|;/y;

/** What none of these begins in: read whole, for a migration may bring megabytes of data. */
const plain = /\s+|[^-/'"$;\w\s]+|(?![eE]')\w+/y;

/** The statements of a migration, in order; those of an anonymous block (DO) among them, for it runs at once. */
export function statementsOf(sql: string, firstLine = 1): Statement[] {
  const statements: Statement[] = [];
  let text = "";
  let line = firstLine;
  let start: number | undefined;
  const add = (piece: string) => {
    if (start === undefined && piece.trim() !== "") start = line;
    text += piece;
  };
  const end = () => {
    const whole = text.replaceAll(/\s+/g, " ").trim();
    if (whole !== "") statements.push({ text: whole, line: start ?? line });
    [text, start] = ["", undefined];
  };
  for (let at = 0; at < sql.length; ) {
    const piece = pieceAt(sql, at);
    const [first = ""] = piece;
    if (piece === ";") end();
    else if (piece.startsWith("--") || piece.startsWith("/*")) add(" ");
    else if (first === "$" && piece.length > 1) {
      const tag = /^\$\w*\$/.exec(piece)?.[0] ?? "";
      if (/\bDO\b[^;]*$/i.test(text)) {
        const body = piece.slice(tag.length, -tag.length);
        statements.push(...statementsOf(body, line).flatMap(insideBlock));
      }
      add("$…$");
    } else if (first === "'" || /^e'/i.test(piece)) add("'…'");
    else add(piece);
    line += piece.split("\n").length - 1;
    at += piece.length;
  }
  end();
  return statements;
}

/** What stands in a block: after BEGIN, THEN and the like another statement begins. */
function insideBlock({ text, line }: Statement): Statement[] {
  const parts = text.split(/\b(?:BEGIN|THEN|ELSE|LOOP)\b/i).map((part) => part.trim());
  return parts.filter(Boolean).map((part) => ({ text: part, line }));
}

/** The token that begins here, or what is none; a single character where it only looks like one. */
function pieceAt(sql: string, at: number): string {
  plain.lastIndex = at;
  const [words] = plain.exec(sql) ?? [];
  if (words !== undefined) return words;
  token.lastIndex = at;
  const found = /\w/.test(sql[at - 1] ?? "") && /[eE$]/.test(sql[at] ?? "") ? null : token.exec(sql);
  const [piece = sql[at] ?? ""] = found ?? [];
  if (piece === "/*") return blockComment(sql, at);
  // A quote that is never closed: the rest of the file stands in it.
  if (piece === "'" || piece === '"') return sql.slice(at);
  if (!/^\$\w*\$$/.test(piece)) return piece;
  const close = sql.indexOf(piece, at + piece.length);
  return close === -1 ? sql.slice(at) : sql.slice(at, close + piece.length);
}

/** In PostgreSQL they nest. */
function blockComment(sql: string, start: number): string {
  let depth = 0;
  for (let at = start; at < sql.length; at += 1) {
    if (sql.startsWith("/*", at)) depth += 1;
    else if (sql.startsWith("*/", at)) depth -= 1;
    else continue;
    at += 1;
    if (depth === 0) return sql.slice(start, at + 1);
  }
  return sql.slice(start);
}
