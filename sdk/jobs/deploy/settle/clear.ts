import { asFailure, exitCodes, Failure } from "../../../core/errors/index.ts";
import { openJournal } from "../../../core/journal/index.ts";
import type { Work } from "../../../platforms/index.ts";
import type { Course, JournalEntry, Unfinished } from "../course.ts";
import type { Deployment } from "../deployment.ts";
import { type Desk, storeOf } from "../desk.ts";
import { forgiving } from "../forgiving-journal.ts";
import { stage } from "../steps/stage.ts";

/**
 * Clears away what has lost the traffic.
 *
 * @throws the Failure of it, with exit code 5: the traffic goes where it should
 */
export async function clearGivenUp(desk: Desk, course: Course, work: Work): Promise<void> {
  try {
    await clear(desk, { course }, work);
  } catch (thrown) {
    throw notCleared(course, asFailure(thrown));
  }
}

/** The traffic goes where it should by then, which is what somebody in an incident wants to know first. */
function notCleared({ from, to }: Course, { code, message, why, remedy, details, cause }: Failure): Failure {
  return new Failure(code, {
    message: `${from} serves again, but ${to} could not be cleared away: ${message}`,
    why,
    remedy: `${remedy}; then ./scripts/deploy-production.ts --abort clears it away`,
    details,
    cause,
    exitCode: exitCodes.doneInPart,
  });
}

/** The undoing of `stage`, which is the same whether its own run or a later one does it. */
export async function clear(desk: Desk, { course }: Pick<Unfinished, "course">, work: Work): Promise<string> {
  const file = `${storeOf(desk.configuration).journals}/${course.run}.jsonl`;
  const open = () => openJournal<JournalEntry>(file, { redact: desk.redact });
  using journal = forgiving(open, desk.report.warn);
  const deployment: Deployment = {
    ...desk,
    course,
    journal,
    releases: storeOf(desk.configuration).releases,
    diagnosisFolder: desk.configuration.state("diagnoses", course.run),
    findings: {},
  };
  return (await stage.undo?.(deployment, work)) ?? "";
}
