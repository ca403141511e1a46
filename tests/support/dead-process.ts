/** The number of a process that was, and is no more. */
export async function deadProcess(): Promise<number> {
  const child = Bun.spawn(["true"]);
  await child.exited;
  return child.pid;
}
