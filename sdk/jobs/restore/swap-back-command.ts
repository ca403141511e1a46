import { asTyped } from "../../core/process/index.ts";

/** The command that takes a database or a path back, for a person to copy whatever its name is. */
export function swapBackCommand(what: string): string {
  return asTyped(["./scripts/restore-db.ts", "swap-back", ...(what.startsWith("-") ? ["--"] : []), what]);
}
