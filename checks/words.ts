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
