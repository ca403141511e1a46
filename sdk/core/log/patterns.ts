const mask = "[redacted]";

const secretName =
  "password|passwd|passphrase|pwd|secret|token|access_?key|account_?key|api_?key|private_?key|sig";

/** What is a secret by the place where it stands, whether anybody named it or not. Each keeps its first group. */
const patterns: readonly RegExp[] = [
  // scheme://user:password@host, and a long token alone before the @.
  /([a-z][a-z0-9+.-]{0,30}:\/\/[^\s/?#:@'"<>]{0,256}:)[^\s/?#'"<>]+(?=@)/gi,
  /(\bhttps?:\/\/)[^\s/?#:@'"<>]{20,}(?=@)/gi,
  // Authorization: Bearer …, in a header, in JSON, or as a bare word.
  /(authorization["']?\s{0,4}[:=]\s{0,4}["']?(?:[a-z][\w-]{0,30}\s{1,4})?)[^\s"',]+/gi,
  /(\bbearer\s{1,4})[\w.~+/=-]{16,}/gi,
  // password=… in connection strings; "password": "…" in JSON.
  new RegExp(
    `((?:${secretName})\\s{0,4}=\\s{0,4})(?:'(?:[^'\\\\]|\\\\.)*'|"(?:[^"\\\\]|\\\\.)*"|\\\\*["']?[^\\s;,&"']+)`,
    "gi",
  ),
  // SQL that a tool repeats: OPTIONS (password '…') of a user mapping, ALTER ROLE … PASSWORD '…'.
  new RegExp(`((?:${secretName})\\s{1,4}E?)'(?:[^']|'')*'`, "gi"),
  // What opens backups: an identity of age.
  /(AGE-SECRET-KEY-(?:PQ-)?1)[A-Z0-9]+/gi,
  new RegExp(`((?:${secretName})"\\s{0,4}:\\s{0,4}")(?:[^"\\\\]|\\\\.)+(?=")`, "gi"),
];

/** Masks what its place gives away as a secret. */
export function redactByPlace(text: string): string {
  return patterns.reduce((masked, pattern) => masked.replace(pattern, `$1${mask}`), text);
}
