/** Whether this process is root's, the only one that may install for everyone. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}
