import type { Item, Manifest } from "../../core/manifest/index.ts";
import { hasShrunk } from "./shrunk.ts";

export interface RetentionRules {
  now: Date;
  keepDays: number;
  keepCount: number;
  /** The releases that a way back could be needed from: the one that serves, and the one before it. */
  releases: readonly string[];
}

/** What is looked at of a backup: one that is only planned has it too. */
export type Judged = Pick<Manifest, "id" | "kind" | "startedAt" | "project" | "pinned" | "deployment"> & {
  items: readonly (Pick<Item, "type" | "name"> & Partial<Pick<Item, "rawBytes">>)[];
  verified: Pick<Manifest["verified"], "tier">;
};

/** What becomes of one backup, and why. */
export interface Verdict {
  id: string;
  kind: Manifest["kind"];
  startedAt: string;
  keep: boolean;
  reasons: string[];
}

const dayMs = 86_400_000;

/**
 * Decides which backups may go, from their manifests alone. Backups of one kind that hold the same things share a quota;
 * over it is what is older than so many days or beyond the so many newest. What is protected stays nevertheless.
 * Newest first, as they came.
 */
export function judgeRetention(backups: readonly Judged[], rules: RetentionRules): Verdict[] {
  const protections = protectionsOf(backups, rules);
  return backups.map((backup) => {
    const over = overQuota(backup, backups, rules);
    const reasons = protections.get(backup.id) ?? [];
    const keep = over.length === 0 || reasons.length > 0;
    const told = over.length === 0 ? ["within its quota", ...reasons] : keep ? reasons : over;
    return { id: backup.id, kind: backup.kind, startedAt: backup.startedAt, keep, reasons: told };
  });
}

function overQuota(backup: Judged, backups: readonly Judged[], rules: RetentionRules): string[] {
  const { now, keepDays, keepCount } = rules;
  const days = (now.getTime() - began(backup)) / dayMs;
  const newer = newerOfKind(backup, backups, now);
  return [
    ...(days > keepDays ? [`${Math.floor(days)} days old, over ${keepDays}`] : []),
    ...(newer >= keepCount ? [`${newer} newer ones of its kind, ${keepCount} stay`] : []),
  ];
}

/** How many backups of the same kind, which hold the same, are newer. */
function newerOfKind(backup: Judged, backups: readonly Judged[], now: Date): number {
  return backups.filter(
    (other) =>
      other.kind === backup.kind &&
      holds(other) === holds(backup) &&
      !isFuture(other, now) &&
      isNewer(other, backup),
  ).length;
}

/** Why a backup stays whatever its age and number. */
function protectionsOf(backups: readonly Judged[], rules: RetentionRules): Map<string, string[]> {
  const reasons = new Map<string, string[]>();
  const protect = (backup: Judged | undefined, reason: string) => {
    if (backup !== undefined) reasons.set(backup.id, [...(reasons.get(backup.id) ?? []), reason]);
  };
  const past = backups.filter((backup) => !isFuture(backup, rules.now));
  for (const backup of backups) {
    if (backup.pinned) protect(backup, "pinned");
    if (isFuture(backup, rules.now)) protect(backup, "dated in the future");
  }
  for (const content of new Set(past.map(holds))) {
    const same = past.filter((backup) => holds(backup) === content);
    protect(newestOf(same), "the newest verified one");
    protect(
      newestOf(same.filter(({ verified }) => verified.tier === "restore")),
      "the newest one restored and compared",
    );
    protect(beforeShrinking(same), "the newest one before something in it shrank to next to nothing");
    for (const backup of beforeDoubt(same, rules))
      protect(backup, "nothing was made for so long that the clock may be wrong");
  }
  for (const release of rules.releases) {
    const made = past.filter(
      ({ kind, deployment }) => kind === "pre-deployment" && deployment?.release === release,
    );
    protect(newestOf(made), `made before release ${release} was deployed`);
  }
  return reasons;
}

/**
 * A clock that jumped ahead makes every backup old, which shows as a gap. What was made before it goes by its number alone, and
 * takes no account of what was made after it, until of that there are as many of its kind as stay.
 */
function beforeDoubt(same: readonly Judged[], { now, keepDays, keepCount }: RetentionRules): Judged[] {
  const newestFirst = same.toSorted((one, other) => (isNewer(one, other) ? -1 : 1));
  const gap = newestFirst.findIndex((backup, index) => {
    const newer = newestFirst[index - 1];
    return newer !== undefined && began(newer) - began(backup) > keepDays * dayMs;
  });
  if (gap === -1) return [];
  const [after, before] = [newestFirst.slice(0, gap), newestFirst.slice(gap)];
  return before.filter(
    (backup) => newerOfKind(backup, after, now) < keepCount && newerOfKind(backup, before, now) < keepCount,
  );
}

/** A folder whose disk is away backs up well, and its backups would in the end let go the last one that holds something. */
function beforeShrinking(same: readonly Judged[]): Judged | undefined {
  const newestFirst = same.toSorted((one, other) => (isNewer(one, other) ? -1 : 1));
  return newestFirst.find((before, index) => {
    const after = newestFirst[index - 1];
    return after?.items.some((item) => {
      const held = before.items.find(({ type, name }) => type === item.type && name === item.name);
      if (held?.rawBytes === undefined || item.rawBytes === undefined) return false;
      return hasShrunk({ rawBytes: item.rawBytes }, { rawBytes: held.rawBytes });
    });
  });
}

/** What a backup holds: two of one database never stand in for one of another, whatever their names begin with. */
function holds({ project, items }: Judged): string {
  return JSON.stringify([project, items.map(({ type, name }) => `${type} ${name}`).sort()]);
}

function newestOf(backups: readonly Judged[]): Judged | undefined {
  return backups.reduce<Judged | undefined>(
    (newest, backup) => (newest === undefined || isNewer(backup, newest) ? backup : newest),
    undefined,
  );
}

/** Of two in one second, the names decide, so that the order is always the same. */
function isNewer(one: Judged, other: Judged): boolean {
  const difference = began(one) - began(other);
  return difference === 0 ? one.id > other.id : difference > 0;
}

function isFuture(backup: Judged, now: Date): boolean {
  return began(backup) > now.getTime();
}

function began({ startedAt }: Judged): number {
  return Date.parse(startedAt);
}
