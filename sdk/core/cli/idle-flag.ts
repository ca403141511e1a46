/** A flag that was typed, and changes nothing about what was asked for. */
export interface IdleFlag {
  /** As it is typed: `--dry-run`. */
  flag: string;
  /** The actions that it goes with. */
  actions: readonly string[];
}

/**
 * Finds a flag that means nothing to the action of a script, so that it can be refused: nobody is to believe that it did
 * something.
 *
 * @param goesWith the flags of each action, by their keys
 * @param given the flags that were typed, by their keys; others than those of `goesWith` go with every action
 */
export function idleFlag(
  action: string,
  given: object,
  goesWith: Readonly<Record<string, readonly string[]>>,
): IdleFlag | undefined {
  const known = new Set(Object.values(goesWith).flat());
  const typed = Object.entries(given).filter(([key, value]) => known.has(key) && value !== undefined);
  const [idle] = typed.find(([key]) => !goesWith[action]?.includes(key)) ?? [];
  if (idle === undefined) return undefined;
  return {
    flag: `--${idle.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    actions: Object.keys(goesWith).filter((name) => goesWith[name]?.includes(idle)),
  };
}
