import { Failure } from "../../../core/errors/index.ts";
import { openJournal } from "../../../core/journal/index.ts";
import type { Work } from "../../../platforms/index.ts";
import { type JournalEntry, migrationsOf, type Unfinished } from "../course.ts";
import { crossesMigration } from "../crossing.ts";
import type { Desk } from "../desk.ts";
import { forgiving } from "../forgiving-journal.ts";
import { untilFrontDoorProves } from "../front-door-proof.ts";
import { letFinish } from "../let-finish.ts";
import { unfitToReturn } from "../serves-well.ts";

/**
 * Gives the traffic back to the environment that had it before a run, and waits until its users have its answers.
 *
 * @throws Failure ROLLBACK_CROSSES_MIGRATION, UNFINISHED_DEPLOYMENT when that one does not serve well either
 */
export async function giveBack(desk: Desk, { course, file, records }: Unfinished, work: Work): Promise<void> {
  const breaking = migrationsOf(records)?.breaking ?? [];
  if (breaking.length > 0 && !desk.options.force)
    throw crossesMigration(course.serving ?? `in ${course.from}`, breaking);
  const unfit = await unfitToReturn(desk, course);
  if (unfit !== undefined) {
    throw new Failure("UNFINISHED_DEPLOYMENT", {
      message: `release ${course.release} got the traffic and ${course.from} does not run well enough to take it back`,
      why: unfit,
      remedy: course.fromRuns
        ? "run ./scripts/deploy-production.ts --quick-rollback, which starts the last good release"
        : "deploy a release that works: ./scripts/deploy-production.ts",
      details: { run: course.run },
    });
  }
  using journal = forgiving(() => openJournal<JournalEntry>(file), desk.report.warn);
  journal.append({ kind: "step", step: "switch", phase: "undoing" });
  await desk.platform.switchTo(course.from);
  const { deadlines } = desk.configuration;
  await untilFrontDoorProves(desk, course.from, course.serving, work, {
    limitMs: deadlines.switch,
  });
  await letFinish(desk, course.to, work);
}
