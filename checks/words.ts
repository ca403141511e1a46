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

/** A Compose command for a person to copy, with the env files: without them its variables would be empty. */
export function composeCommand(
  on: { project: string; directory: string; files: readonly string[]; envFiles: readonly string[] },
  command: string,
): string {
  const flags = [
    `-p ${on.project}`,
    `--project-directory ${on.directory}`,
    ...on.envFiles.map((file) => `--env-file ${file}`),
    ...on.files.map((file) => `-f ${file}`),
  ];
  return `docker compose ${flags.join(" ")} ${command}`;
}
