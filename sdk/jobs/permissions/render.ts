import type { Fixed } from "./run.ts";
import type { LeftReason, Listed } from "./tally.ts";
import { changesOf } from "./tally.ts";
import type { Undone } from "./undo/undo.ts";

const reasons: Readonly<Record<LeftReason, string>> = {
  "hard-links": "with several names: the file may be another's, too",
  setuid: "that run as their owner: a change of owner would take that away",
  "special-files": "that are devices, pipes or sockets",
  capabilities: "with capabilities: a change of owner would take them away",
  mount: "where another file system is mounted: name it in the policy if it is meant",
  database: "of a database: its server decides over it",
  "nested twice": "nested twice: run again once the inner folder is empty",
  "changed meanwhile": "that changed while they were looked at: run again",
  failed: "that could not be changed",
};

/** What a run found and did, for a person, line by line. */
export function renderFixed(fixed: Fixed): string[] {
  const { looked, rules, left, denied, notes, warnings, duplicates, dryRun, run } = fixed;
  const busy = rules.filter(({ changed }) => changed > 0);
  const total = changesOf(fixed);
  const verb = dryRun ? "would change" : "changed";
  return [
    `${looked} files and folders looked at, ${total === 0 ? "nothing" : total} ${dryRun ? "to change" : "changed"}`,
    ...busy.flatMap(({ rule, changed, owners, modes, paths }) => [
      `${rule}: ${verb} ${changed} (${owners} owners, ${modes} modes)`,
      ...listed({ count: changed, paths }),
    ]),
    ...group(`temporary files: ${dryRun ? "would remove" : "removed"}`, fixed.removed),
    ...group(`copies of a folder in itself: ${dryRun ? "would move up" : "moved up"}`, duplicates.moved),
    ...group("in a copy and outside of it, with the same content, both kept:", duplicates.same),
    ...group("in a copy and outside of it, with different content, both kept:", duplicates.different),
    ...duplicates.live.map(
      (path) => `${path} is mounted by a container, or named in a Compose file, and never touched`,
    ),
    ...Object.entries(left).flatMap(([reason, found]) => [
      `left as they are: ${found.count} ${reasons[reason as LeftReason]}`,
      ...listed(found),
    ]),
    ...(denied.count === 0 ? [] : [`needs more rights: ${denied.count}`, ...listed(denied)]),
    ...warnings.map((text) => `warning: ${text}`),
    ...notes.map((text) => `note: ${text}`),
    ...(run === null ? [] : [`to put it back: ./scripts/fix-permissions.ts --undo ${run}`]),
  ];
}

/** What undoing came to. */
export function renderUndone(
  { run, recorded, restored, already, leftAlone, gone, denied, failed }: Undone,
  dryRun: boolean,
): string[] {
  return [
    `run ${run}: ${restored} of ${recorded} changes ${dryRun ? "would be put back" : "put back"}`,
    ...(already === 0 ? [] : [`as before the run already: ${already}`]),
    ...(gone === 0 ? [] : [`not there any more: ${gone}`]),
    ...(leftAlone.count === 0
      ? []
      : [
          `changed by others since, or programs that would run as their owner again, and left alone: ${leftAlone.count}`,
          ...listed(leftAlone),
        ]),
    ...(denied.count === 0 ? [] : [`needs more rights: ${denied.count}`, ...listed(denied)]),
    ...(failed.count === 0 ? [] : [`could not be put back: ${failed.count}`, ...listed(failed)]),
  ];
}

function group(title: string, found: Listed): string[] {
  return found.count === 0 ? [] : [`${title} ${found.count}`, ...listed(found)];
}

function listed({ count, paths }: Listed): string[] {
  const more = count - paths.length;
  return [...paths.map((path) => `  ${path}`), ...(more > 0 ? [`  … and ${more} more`] : [])];
}
