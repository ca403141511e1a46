/** An amount of bytes as people read it: "9.8 GB". */
export function shownBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 10 ** (3 * power);
  return `${value >= 100 || power === 0 ? Math.round(value) : value.toFixed(1)} ${units[power] ?? "B"}`;
}

/** The last lines that a tool printed, on one line. */
export function lastWords(output: string, lines = 3): string {
  return output
    .trim()
    .split("\n")
    .slice(-lines)
    .map((line) => line.trim())
    .filter(Boolean)
    .join("; ");
}
