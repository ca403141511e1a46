/** A number and what it is a number of: `3 logs`, `1 log`. The noun is given for one, and takes an s for more. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
