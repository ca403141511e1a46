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
  | "changed meanwhile"
  | "failed";

/** What a run found, and did or would do. */
export interface Tally {
  looked: number;
  links: number;
  rules: RuleTally[];
  left: Partial<Record<LeftReason, Listed>>;
  /** What needs more rights than this run has. */
  denied: Listed;
  /** What the policy names and is not there, or is not walked through, in words. */
  notes: string[];
  warnings: string[];
}

const shownAtMost = 10;
/** All that may not be changed is listed, within reason. */
export const deniedAtMost = 1_000;

export function emptyTally(rules: readonly { name: string }[]): Tally {
  return {
    looked: 0,
    links: 0,
    rules: rules.map(({ name }) => ({ rule: name, changed: 0, owners: 0, modes: 0, paths: [] })),
    left: {},
    denied: { count: 0, paths: [] },
    notes: [],
    warnings: [],
  };
}

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

export function deny(tally: Tally, path: () => Uint8Array, root: string): void {
  list(tally.denied, () => withinRoot(path(), root), deniedAtMost);
}

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

export function changesOf({ rules }: Tally): number {
  return rules.reduce((sum, { changed }) => sum + changed, 0);
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
