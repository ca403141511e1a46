import { Failure } from "../../core/errors/index.ts";

/** What goes with each action of restore-db, beside what goes with every script. */
const goesWith: Readonly<Record<string, readonly string[]>> = {
  list: ["from"],
  show: ["from"],
  restore: ["inPlace", "as", "database", "path", "from", "identity", "confirm"],
  "swap-back": ["confirm"],
};

/**
 * Refuses a flag that would change nothing, rather than let anybody believe that it did.
 *
 * @param given the flags that were typed, by their keys
 * @throws Failure USAGE
 */
export function assertApplies(action: string, given: object): void {
  const known = new Set(Object.values(goesWith).flat());
  const [idle] =
    Object.entries(given).find(
      ([key, value]) => known.has(key) && value !== undefined && !goesWith[action]?.includes(key),
    ) ?? [];
  if (idle === undefined) return;
  const flag = `--${idle.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const others = Object.keys(goesWith).filter((name) => goesWith[name]?.includes(idle));
  throw new Failure("USAGE", {
    message: `${flag} means nothing to ${action}`,
    why: whyNot(action, idle),
    remedy: `leave it out; it goes with ${others.join(", ")}`,
  });
}

function whyNot(action: string, key: string): string | undefined {
  if (action !== "swap-back" || key !== "from") return undefined;
  return "what stood there before a restore was kept on this host, and is in no copy that was brought away";
}
