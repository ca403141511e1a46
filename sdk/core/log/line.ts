export type Level = "DEBUG" | "INFO" | "WARN" | "ERROR" | "CRITICAL";

/** What is known beside the message; shown as `key=value`. */
export type Fields = Readonly<Record<string, unknown>>;

const controls = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** The message of a line, fields and all, in one line whatever it is made of: nothing in it can pass for another line. */
export function oneLine(message: string, fields: Fields = {}): string {
  const pairs = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key.replace(/[^\w.-]/g, "_")}=${fieldText(value)}`);
  return escapeControls(message) + pairs.join("");
}

/** The text with colours taken out and every other control character, line ends among them, made visible. */
export function escapeControls(text: string): string {
  return Bun.stripANSI(text).trimEnd().replace(controls, escaped);
}

function fieldText(value: unknown): string {
  const text = typeof value === "string" ? value : asJson(value);
  const safe = escapeControls(text);
  return typeof value === "string" && /^$|[\s"=\\]/.test(safe) ? escapeControls(JSON.stringify(text)) : safe;
}

function asJson(value: unknown): string {
  if (value instanceof Error) return JSON.stringify(value.message);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}

function escaped(character: string): string {
  if (character === "\n") return "\\n";
  if (character === "\r") return "\\r";
  if (character === "\t") return "\\t";
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
}
