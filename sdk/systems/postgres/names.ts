/** What a server takes of a name (NAMEDATALEN - 1); it cuts off the rest without an error. */
const longestBytes = 63;

const freshPattern = /^switchover_restore_(?:([0-9a-f]{8})_)?[0-9a-f]{16}$/;

/** A name that nobody else's database has, for one that is being filled; when it was made stands in it, as hexadecimal seconds. */
export function freshName(now: Date): string {
  const seconds = Math.floor(now.getTime() / 1_000)
    .toString(16)
    .padStart(8, "0");
  return `switchover_restore_${seconds}_${crypto.randomUUID().replaceAll("-", "").slice(0, 16)}`;
}

export function isFreshName(name: string): boolean {
  return freshPattern.test(name);
}

/** When such a name was made; undefined for any other. */
export function freshSince(name: string): Date | undefined {
  const [, seconds] = freshPattern.exec(name) ?? [];
  return seconds === undefined ? undefined : new Date(Number.parseInt(seconds, 16) * 1_000);
}

/** What a database is called once another one has taken its place: `cell_hub_old_20261126_110000`, by UTC. */
export function keptName(database: string, now: Date): string {
  return withEnding(database, `_old_${stampOf(now)}`);
}

export function isKeptName(name: string): boolean {
  return /_old_\d{8}_\d{6}$/.test(name);
}

/** What a database that was restored beside the one that serves is called, unless a person names it. */
export function besideName(database: string, now: Date): string {
  return withEnding(database, `_restored_${stampOf(now)}`);
}

export function isTooLong(name: string): boolean {
  return Buffer.byteLength(name) > longestBytes;
}

function stampOf(now: Date): string {
  return now.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "_");
}

/** The name is cut at a letter, never in the middle of one, so that the ending stays whole. */
function withEnding(name: string, ending: string): string {
  let kept = "";
  for (const letter of name) {
    if (isTooLong(kept + letter + ending)) break;
    kept += letter;
  }
  return kept + ending;
}
