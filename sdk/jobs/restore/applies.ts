import { idleFlag } from "../../core/cli/index.ts";
import { Failure } from "../../core/errors/index.ts";

/** What goes with each action of restore-db, beside what goes with every script. */
const goesWith: Readonly<Record<string, readonly string[]>> = {
  list: ["from"],
  show: ["from"],
  restore: ["inPlace", "as", "database", "path", "from", "identity", "confirm"],
  "swap-back": ["confirm"],
};

/**
 * Refuses what would change nothing, rather than let anybody believe that it did.
 *
 * @param given the flags that were typed, by their keys
 * @param which what was named behind the action
 * @throws Failure USAGE
 */
export function assertApplies(action: string, given: object, which: string | undefined): void {
  if (action === "list" && which !== undefined) {
    throw new Failure("USAGE", {
      message: `list shows every backup, and not ${JSON.stringify(which)} alone`,
      remedy: `./scripts/restore-db.ts show ${which}`,
    });
  }
  const idle = idleFlag(action, given, goesWith);
  if (idle === undefined) return;
  const { flag, actions } = idle;
  throw new Failure("USAGE", {
    message: `${flag} means nothing to ${action}`,
    why: whyNot(action, flag),
    remedy: `leave it out; it goes with ${actions.join(", ")}`,
  });
}

/**
 * The backup that show and restore must be told.
 *
 * @throws Failure USAGE
 */
export function idOf(which: string | undefined): string {
  if (which !== undefined) return which;
  throw new Failure("USAGE", {
    message: "the id of a backup is missing",
    remedy: "./scripts/restore-db.ts list shows the ids",
  });
}

function whyNot(action: string, flag: string): string | undefined {
  if (action !== "swap-back" || flag !== "--from") return undefined;
  return "what stood there before a restore was kept on this host, and is in no copy that was brought away";
}
