import { beforeAll, compareVersions, parseVersion, type Version } from "./version.ts";

interface Bound {
  version: Version;
  included: boolean;
}

/** The versions that a requirement allows. */
export interface Range {
  low: Bound | undefined;
  high: Bound | undefined;
  holes: readonly Range[];
}

const everything: Range = { low: undefined, high: undefined, holes: [] };

/** Reads ">=1.20, <2.0"; undefined when a part of it is no version specifier of PEP 440. */
export function parseRange(text: string): Range | undefined {
  const clauses = text.split(",").map((clause) => clause.trim());
  if (text.trim() === "") return everything;
  let range = everything;
  for (const clause of clauses) {
    const next = clauseRange(clause);
    if (next === undefined) return undefined;
    range = both(range, next);
  }
  return range;
}

/** What two ranges have in common. */
export function both(one: Range, other: Range): Range {
  return {
    low: tighter(one.low, other.low, 1),
    high: tighter(one.high, other.high, -1),
    holes: [...one.holes, ...other.holes],
  };
}

/** Whether every version of a range is one of the other. */
export function isWithin(range: Range, limit: Range): boolean {
  if (limit.low !== undefined && compareBounds(range.low, limit.low, 1) < 0) return false;
  if (limit.high !== undefined && compareBounds(range.high, limit.high, -1) < 0) return false;
  return limit.holes.every((hole) => areApart(range, hole) || range.holes.some((own) => isWithin(hole, own)));
}

function areApart(one: Range, other: Range): boolean {
  return isBelow(one.high, other.low) || isBelow(other.high, one.low);
}

function isBelow(high: Bound | undefined, low: Bound | undefined): boolean {
  if (high === undefined || low === undefined) return false;
  const difference = compareVersions(high.version, low.version);
  return difference < 0 || (difference === 0 && !(high.included && low.included));
}

/** Above 0 when the first bound shuts out more; a missing one shuts out nothing. `inward` is 1 for low bounds, -1 for high. */
function compareBounds(one: Bound | undefined, other: Bound | undefined, inward: 1 | -1): number {
  if (one === undefined || other === undefined)
    return Number(one !== undefined) - Number(other !== undefined);
  const difference = compareVersions(one.version, other.version) * inward;
  return difference === 0 ? Number(other.included) - Number(one.included) : difference;
}

function tighter(one: Bound | undefined, other: Bound | undefined, inward: 1 | -1): Bound | undefined {
  return compareBounds(one, other, inward) >= 0 ? one : other;
}

function clauseRange(clause: string): Range | undefined {
  const [, operator = "", text = "", wildcard] =
    /^(===|==|~=|!=|<=|>=|<|>)\s*([^\s*]+?)(\.\*)?$/.exec(clause) ?? [];
  const version = parseVersion(text);
  if (version === undefined) return undefined;
  const whole = wildcard === undefined ? only(version) : allOf(version.release, version.epoch);
  switch (operator) {
    case "==":
    case "===":
      return whole;
    case "!=":
      return { ...everything, holes: [whole] };
    case "~=":
      if (version.release.length < 2) return undefined;
      return { ...allOf(version.release.slice(0, -1), version.epoch), low: { version, included: true } };
    case "<=":
      return { ...everything, high: { version, included: true } };
    case ">=":
      return { ...everything, low: { version, included: true } };
    case "<":
      return { ...everything, high: { version: beforeRelease(version), included: false } };
    case ">":
      return { ...everything, low: { version: afterRelease(version), included: false } };
    default:
      return undefined;
  }
}

function only(version: Version): Range {
  return { low: { version, included: true }, high: { version, included: true }, holes: [] };
}

/** "1.26.*": from the first development version of 1.26 up to that of 1.27. */
function allOf(release: readonly number[], epoch: number): Range {
  const next = [...release.slice(0, -1), (release.at(-1) ?? 0) + 1];
  return {
    low: { version: beforeAll(release, epoch), included: true },
    high: { version: beforeAll(next, epoch), included: false },
    holes: [],
  };
}

/** "<2.0" shuts out 2.0's own pre-releases, unless it names one. */
function beforeRelease(version: Version): Version {
  const { pre, post, dev, release, epoch } = version;
  return pre === undefined && post === undefined && dev === undefined ? beforeAll(release, epoch) : version;
}

/** ">2.0" shuts out 2.0's own post-releases, unless it names one, or a development version. */
function afterRelease(version: Version): Version {
  const isFinal = version.post === undefined && version.dev === undefined;
  return isFinal ? { ...version, post: Number.POSITIVE_INFINITY } : version;
}
