import { readLockHolder } from "../../core/lock/index.ts";
import type { Desk } from "./desk.ts";
import { unfinishedRun } from "./settle/settle.ts";

/** What has to come to its end before a run that is only planned could begin, one sentence a line; the rest is then planned anew. */
export function ahead({ configuration }: Pick<Desk, "configuration">): string[] {
  const holder = readLockHolder(configuration.state("lock"));
  if (holder !== undefined) return [`${holder.command} is at work (${holder.doing}), and must end first`];
  const left = unfinishedRun({ configuration });
  if (left === undefined) return [];
  const { run, release } = left.course;
  const where = left.lastStep ?? "its beginning";
  return [
    `first run ${run} of release ${release}, cut off in ${where}, is brought to its end; the rest is planned after that`,
  ];
}
