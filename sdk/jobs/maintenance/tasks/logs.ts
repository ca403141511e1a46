import { lstatSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { errnoOf } from "../../../core/files/index.ts";
import { counted } from "../../../core/text/index.ts";
import { done, type Task } from "../task.ts";

const dayMs = 86_400_000;

/** The logs of the scripts, by the names that they are given; what else lies there is somebody else's. */
const ownLog =
  /^(?:deployment|pre-deployment|post-deployment-verify(?:-blue|-green)?|fix-permissions|backup|restore|maintenance|check)-(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)(?:-\d+)?(?:\.log|\.diagnosis)$/;

/** Removes logs, and the diagnoses beside them, that are over the age of `logging.keepDays`. */
export const pruneLogs: Task = {
  name: "prune-logs",
  title: "old logs",
  async run({ configuration, now, dryRun }) {
    const folder = join(configuration.logs, "deployment");
    const { keepDays } = configuration.logging;
    const old = namesIn(folder).filter((name) => isOver(folder, name, now.getTime() - keepDays * dayMs));
    if (!dryRun) for (const name of old) rmSync(join(folder, name), { recursive: true, force: true });
    const summary = `${counted(old.length, "log")} over ${keepDays} days ${dryRun ? "would be removed" : "removed"}`;
    return done(summary, { removed: old });
  },
};

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => ownLog.test(name))
      .sort();
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT") return [];
    throw thrown;
  }
}

/** Begun before the limit, and not written to since: one that is being written is never over it. */
function isOver(folder: string, name: string, limitMs: number): boolean {
  const [, year, month, day, hour, minute, second] = ownLog.exec(name) ?? [];
  const begun = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  const found = lstatSync(join(folder, name), { throwIfNoEntry: false });
  if (found === undefined || found.isSymbolicLink()) return false;
  const isDiagnosis = name.endsWith(".diagnosis");
  return begun < limitMs && found.mtimeMs < limitMs && (isDiagnosis ? found.isDirectory() : found.isFile());
}
