/** Whether a name means this check: its whole id, `env-files:blue`, or what stands before the colon, `env-files`. */
export function names(name: string, id: string): boolean {
  return id === name || id.startsWith(`${name}:`);
}
