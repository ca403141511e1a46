import { Failure } from "../../../core/errors/index.ts";
import type { Item } from "../../../core/manifest/index.ts";
import type { Goal } from "../restored.ts";

/** What is to serve gets its owners back, or is refused: run by anybody but root, tar would make all of it that user's without a word. */
export function ownerOption({ kind }: Goal): string[] {
  return kind === "in-place" ? ["--same-owner"] : [];
}

/** To look at it is enough that it can be read. */
export function ownersLost({ kind }: Goal): string[] {
  if (kind === "in-place" || process.geteuid?.() === 0) return [];
  return ["what belonged to other users is this user's there: root alone gives it back to them"];
}

/** What tar complained of, where that is owners; any other failure passes as it is. */
export function ownersRefused({ type, name }: Pick<Item, "type" | "name">, thrown: unknown): unknown {
  if (!(thrown instanceof Failure) || thrown.code !== "COMMAND_FAILED") return thrown;
  if (!/Cannot change ownership/.test(thrown.why ?? "")) return thrown;
  return new Failure("RESTORE_FAILED", {
    message: `the ${type} ${name} cannot be given back to those whom it belonged to`,
    why: thrown.why,
    remedy:
      "run it as root; without --in-place it can be looked at beside what serves, which was not touched",
    details: thrown.details,
    cause: thrown,
  });
}
