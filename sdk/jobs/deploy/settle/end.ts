import { asFailure } from "../../../core/errors/index.ts";
import { openJournal } from "../../../core/journal/index.ts";
import { historyOf, unrecorded } from "../carry-out.ts";
import { failureIn, foundBy, type JournalEntry, type Unfinished } from "../course.ts";
import { type Desk, storeOf } from "../desk.ts";
import { appendHistory, type Outcome, readHistory } from "../history.ts";

export interface Settled {
  run: string;
  release: string;
  outcome: Outcome;
  text: string;
}

/**
 * Writes down how a run that was cut off has ended.
 *
 * @throws Failure JOURNAL_NOT_WRITTEN with exit code 5: what `text` says was done
 */
export function end(desk: Desk, unfinished: Unfinished, outcome: Outcome, text: string): Settled {
  const { run, release } = unfinished.course;
  try {
    writeEnd(desk, unfinished, outcome);
  } catch (thrown) {
    throw unrecorded(`run ${run}: ${text}`, asFailure(thrown));
  }
  desk.report.say(`run ${run}: ${outcome}; ${text}`);
  return { run, release, outcome, text };
}

function writeEnd(desk: Desk, { course, file, records }: Unfinished, outcome: Outcome): void {
  const { history } = storeOf(desk.configuration);
  // Cut off between the history's record and the journal's end, it is in the history already.
  if (readHistory(history).at(-1)?.run !== course.run) {
    const seconds = (Date.now() - Date.parse(course.startedAt)) / 1_000;
    const record = { ...historyOf(course, desk, outcome, seconds), ...foundBy(records) };
    appendHistory(history, { ...record, reason: "cut off", ...failureIn(records) }, desk.redact);
  }
  using journal = openJournal<JournalEntry>(file, { redact: desk.redact });
  journal.append({ kind: "ended", outcome });
}
