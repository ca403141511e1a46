import { basename } from "node:path";

/** The flags that change which configuration nginx reads, and what is added to it. */
const flags = new Set(["-c", "-p", "-g", "-e"]);

/** Of an argument list that starts nginx, the flags that a test of its configuration needs as well. */
export function nginxFlags(argv: readonly string[]): string[] {
  const start = argv.findIndex((word) => basename(word) === "nginx");
  const words = start === -1 ? [] : argv.slice(start + 1);
  return words.flatMap((word, at) => {
    const value = words[at + 1];
    return flags.has(word) && value !== undefined ? [word, value] : [];
  });
}
