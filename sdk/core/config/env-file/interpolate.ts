type Lookup = (name: string) => string | undefined;

const reference = /\$(?:\$|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-+?])|\}))/;

/** Replaces `$NAME`, `${NAME}`, `${NAME:-default}` and their like, as Compose does; any other `$` stays. */
export function interpolate(text: string, lookup: Lookup): string {
  const found = reference.exec(text);
  if (found === null) return text;
  const [whole, plain, braced, operator] = found;
  const before = text.slice(0, found.index);
  const after = text.slice(found.index + whole.length);
  if (whole === "$$") return `${before}$${interpolate(after, lookup)}`;
  const value = lookup(plain ?? braced ?? "");
  if (operator === undefined) return `${before}${value ?? ""}${interpolate(after, lookup)}`;
  const end = closingBrace(after);
  if (end === undefined) return `${before}${whole}${interpolate(after, lookup)}`;
  const word = interpolate(after.slice(0, end), lookup);
  return `${before}${substituted(value, operator, word)}${interpolate(after.slice(end + 1), lookup)}`;
}

/** The names that a text wants a value of: those without a default, or a word of their own for none. */
export function wantedIn(text: string): string[] {
  const found = reference.exec(text);
  if (found === null) return [];
  const [whole, plain, braced, operator] = found;
  const after = text.slice(found.index + whole.length);
  const end = operator === undefined ? -1 : (closingBrace(after) ?? -1);
  const name = operator === undefined ? (plain ?? braced) : undefined;
  return [...(name === undefined ? [] : [name]), ...wantedIn(after.slice(end + 1))];
}

function substituted(value: string | undefined, operator: string, word: string): string {
  const counts = operator.startsWith(":") ? value !== undefined && value !== "" : value !== undefined;
  if (operator.endsWith("+")) return counts ? word : "";
  return counts || operator.endsWith("?") ? (value ?? "") : word;
}

/** Where the brace closes that was opened before this text. */
function closingBrace(text: string): number | undefined {
  let depth = 1;
  for (let at = 0; at < text.length; at += 1) {
    if (text.startsWith("${", at)) depth += 1;
    else if (text[at] === "}") depth -= 1;
    if (depth === 0) return at;
  }
  return undefined;
}
