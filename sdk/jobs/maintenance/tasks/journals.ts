import { existsSync, readdirSync, rmSync } from "node:fs";
import { removeFileDurably } from "../../../core/files/index.ts";
import { counted } from "../../../core/text/index.ts";
import { done, type Task } from "../task.ts";

/** Names of runs sort in the order of the runs. */
const journal = /^\d{8}-\d{6}-\d{3,}\.jsonl$/;

/** Removes the journals of old runs, and their diagnoses; the newest, among them one that was cut off, stay. */
export const pruneJournals: Task = {
  name: "journals",
  title: "old journals",
  async run({ configuration, dryRun, kept }) {
    const folder = configuration.state("journals");
    const names = existsSync(folder)
      ? readdirSync(folder)
          .filter((name) => journal.test(name))
          .sort()
      : [];
    const old = names
      .slice(0, -configuration.maintenance.journals)
      .map((name) => name.slice(0, -".jsonl".length));
    const { unfinished } = kept();
    const removed = old.filter((run) => run !== unfinished);
    if (!dryRun) {
      for (const run of removed) {
        rmSync(configuration.state("diagnoses", run), { recursive: true, force: true });
        removeFileDurably(configuration.state("journals", `${run}.jsonl`));
      }
    }
    const summary = `${counted(removed.length, "journal")} of ${names.length} ${dryRun ? "would be removed" : "removed"}`;
    return done(summary, { removed });
  },
};
