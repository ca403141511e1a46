/** Pieces of a secret shorter than this are not masked by themselves: they would blacken half the log. */
const shortestPiece = 4;

/** Every text by which a secret may show up in a log: as it is, line by line, and in the encodings that tools use. */
export function formsOf(secret: string): string[] {
  const pieces = [secret, secret.trim(), ...linesOf(secret)].filter((piece) => piece !== "");
  return [...new Set(pieces.flatMap(encodingsOf))];
}

function linesOf(secret: string): string[] {
  const lines = secret.split(/\r?\n/);
  if (lines.length === 1) return [];
  return lines.map((line) => line.trim()).filter((line) => line.length >= shortestPiece);
}

function encodingsOf(text: string): string[] {
  return [text, ...jsonEscapes(text), ...percentEncodings(text), ...base64Forms(text)];
}

function jsonEscapes(text: string): string[] {
  const once = JSON.stringify(text).slice(1, -1);
  const twice = JSON.stringify(once).slice(1, -1);
  const ascii = once.replace(/[^\x20-\x7e]/g, unicodeEscape);
  return [once, twice, ascii, once.replaceAll("/", "\\/"), text.replaceAll("'", "'\\''")];
}

function unicodeEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function percentEncodings(text: string): string[] {
  const whole = text.toWellFormed();
  const component = encodeURIComponent(whole);
  const strict = component.replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
  const form = new URLSearchParams([["", whole]]).toString().slice(1);
  const forms = [component, strict, form, encodeURI(whole), asUrlPassword(whole)];
  return [...forms, ...forms.map(withLowerCaseHex)];
}

function asUrlPassword(text: string): string {
  const url = new URL("http://user@host");
  url.password = text;
  return url.password;
}

function withLowerCaseHex(encoded: string): string {
  return encoded.replace(/%[0-9A-F]{2}/g, (triplet) => triplet.toLowerCase());
}

/**
 * The base64 of the text, and what is common to the base64 of every text that contains it (such as the
 * `user:password` of basic authentication): that depends on where among three bytes it begins.
 */
function base64Forms(text: string): string[] {
  const bytes = Buffer.from(text);
  const whole = bytes.toString("base64").replace(/=+$/, "");
  const inside = [0, 1, 2].map((offset) => stableBase64(bytes, offset));
  const forms = [whole, ...inside].filter((form) => form.length >= shortestPiece + 2);
  return [...forms, ...forms.map((form) => form.replaceAll("+", "-").replaceAll("/", "_"))];
}

function stableBase64(bytes: Buffer, offset: number): string {
  const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
  const first = Math.ceil((offset * 8) / 6);
  const end = Math.floor(((offset + bytes.length) * 8) / 6);
  return encoded.slice(first, end);
}
