/**
 * What the names of things begin with that this benchmark makes, as those of a test's stack do: should it be killed, the next
 * one, or the next run of the tests, removes what is named after a process that is no more.
 */
export function ownName(): string {
  return `swt-${process.pid.toString(36)}`;
}
