/** The working directory; undefined when it has been removed under the shell that this was typed in. */
export function workingDirectory(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}
