import { Failure } from "../../core/errors/index.ts";
import { asTyped } from "../../core/process/index.ts";
import type { Fixed } from "./run.ts";
import type { Undone } from "./undo/undo.ts";

/**
 * The failure that a run ends with which could not do all of it; undefined when nothing was left undone that should have
 * been done. What is left as it is because of what it is, such as a file with several names, is no failure.
 *
 * @param command the command line that would do the rest
 */
export function incomplete(
  found: Pick<Fixed | Undone, "denied"> & {
    failed?: { count: number; paths: readonly string[] } | undefined;
  },
  command: readonly string[],
): Failure | undefined {
  const { denied, failed = { count: 0, paths: [] } } = found;
  if (denied.count === 0 && failed.count === 0) return undefined;
  const first = denied.count > 0 ? denied.paths : failed.paths;
  return new Failure("PERMISSIONS_INCOMPLETE", {
    message:
      denied.count > 0
        ? `${denied.count} files or folders may not be changed by this user`
        : `${failed.count} files or folders could not be changed`,
    why: `${first.slice(0, 5).join("\n")}${first.length > 5 ? "\n…" : ""}`,
    remedy: denied.count > 0 ? `run: sudo ${asTyped(command)}` : "look at what is named, then run again",
    details: { denied, failed },
  });
}
