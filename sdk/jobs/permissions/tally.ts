import { shownPath } from "../../systems/tree/index.ts";
import { changed } from "./scan/change-one.ts";

/** How many, and the first of them. */
export interface Listed {
  count: number;
  paths: string[];
}

export interface RuleTally {
  rule: string;
  /** Files and folders whose owner or mode is, or would be, another than it was. */
  changed: number;
  owners: number;
  modes: number;
  /** The first of them. */
  paths: string[];
}

/** Why something was left as it is. */
export type LeftReason =
  | "hard-links"
  | "setuid"
  | "special-files"
  | "capabilities"
  | "mount"
  | "database"
  | "nested twice"
  | "changed meanwhile"
  | "failed";

/** What became, or would become, of folders that lie in themselves: `uploads/blue/blue`. */
export interface DuplicatesTally {
  /** Moved up into the outer folder, where nothing had that name. */
  moved: Listed;
  /** Two files of one name with the same content: both are kept. */
  same: Listed;
  /** Two of one name that differ: both are kept, and a person decides. */
  different: Listed;
  /** Such folders that a container mounts: they are in use, and never touched. */
  live: string[];
}

/** What a run found, and did or would do. */
export interface Tally {
  looked: number;
  links: number;
  rules: RuleTally[];
  left: Partial<Record<LeftReason, Listed>>;
  /** What needs more rights than this run has. */
  denied: Listed;
  /** Temporary files that are, or would be, removed. */
  removed: Listed;
  duplicates: DuplicatesTally;
  /** What the policy names and is not there, or is not walked through, in words. */
  notes: string[];
  warnings: string[];
}

const shownAtMost = 10;
/** All that may not be changed is listed, within reason. */
export const deniedAtMost = 1_000;

function nothing(): Listed {
  return { count: 0, paths: [] };
}

/** A tally of nothing yet. */
export function emptyTally(rules: readonly { name: string }[]): Tally {
  return {
    looked: 0,
    links: 0,
    rules: rules.map(({ name }) => ({ rule: name, changed: 0, owners: 0, modes: 0, paths: [] })),
    left: {},
    denied: nothing(),
    removed: nothing(),
    duplicates: { moved: nothing(), same: nothing(), different: nothing(), live: [] },
    notes: [],
    warnings: [],
  };
}

/** Counts what was left as it is, and why. */
export function leave(
  tally: Tally,
  reason: LeftReason,
  path: () => Uint8Array,
  root: string,
  why = "",
): void {
  const listed = tally.left[reason] ?? { count: 0, paths: [] };
  tally.left[reason] = listed;
  list(listed, () => `${withinRoot(path(), root)}${why === "" ? "" : ` (${why})`}`, shownAtMost);
}

/** Counts a temporary file that was removed. */
export function removed(tally: Tally, path: () => Uint8Array, root: string): void {
  list(tally.removed, () => withinRoot(path(), root), shownAtMost);
}

/** Counts what became of an entry of a folder inside one of the same name. */
export function duplicate(
  tally: Tally,
  what: "moved" | "same" | "different",
  path: () => Uint8Array,
  root: string,
): void {
  list(tally.duplicates[what], () => withinRoot(path(), root), shownAtMost);
}

/** Counts what this user may not change. */
export function deny(tally: Tally, path: () => Uint8Array, root: string): void {
  list(tally.denied, () => withinRoot(path(), root), deniedAtMost);
}

/** Counts a change by its rule. `what` has the bits of `changed`. */
export function countChange(
  tally: Tally,
  rule: number,
  what: number,
  path: () => Uint8Array,
  root: string,
): void {
  const counted = tally.rules[rule];
  if (counted === undefined) return;
  counted.changed += 1;
  if ((what & changed.owner) !== 0) counted.owners += 1;
  if ((what & changed.mode) !== 0) counted.modes += 1;
  if (counted.paths.length < shownAtMost) counted.paths.push(withinRoot(path(), root));
}

/** Everything that a run did, or would do. */
export function changesOf({ rules, removed, duplicates }: Tally): number {
  return rules.reduce((sum, rule) => sum + rule.changed, 0) + removed.count + duplicates.moved.count;
}

function list(listed: Listed, shown: () => string, atMost: number): void {
  listed.count += 1;
  if (listed.paths.length < atMost) listed.paths.push(shown());
}

/** A path as a person calls it: from the project's folder where it lies in it. */
export function withinRoot(path: Uint8Array, root: string): string {
  const shown = shownPath(path);
  return shown.startsWith(`${root}/`) ? shown.slice(root.length + 1) : shown;
}
