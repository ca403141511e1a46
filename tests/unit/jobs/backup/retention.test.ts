import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { BackupKind, Manifest } from "../../../../sdk/core/manifest/index.ts";
import { judgeRetention, type RetentionRules } from "../../../../sdk/jobs/backup/index.ts";
import { manifestWith } from "../../../support/manifests.ts";

const now = new Date("2026-11-26T12:00:00.000Z");
const dayMs = 86_400_000;
const rules: RetentionRules = { now, keepDays: 30, keepCount: 10, releases: [] };

let count = 0;

/** A backup that was made so many days ago. */
function made(daysAgo: number, change: Partial<Manifest> = {}): Manifest {
  count += 1;
  const startedAt = new Date(now.getTime() - daysAgo * dayMs).toISOString();
  return manifestWith({
    startedAt,
    id: `20260101-000000-${String(count).padStart(4, "0")}`,
    kind: "scheduled",
    ...change,
  });
}

const kept = (backups: readonly Manifest[], changed: Partial<RetentionRules> = {}) =>
  new Set(
    judgeRetention(backups, { ...rules, ...changed })
      .filter(({ keep }) => keep)
      .map(({ id }) => id),
  );

const daily = (days: number, change: Partial<Manifest> = {}) =>
  Array.from({ length: days }, (_, day) => made(day + 0.5, change));

describe("by age and number", () => {
  test("the 10 newest of a kind stay, and none that is over 30 days old", () => {
    const backups = daily(20);
    expect([...kept(backups)]).toEqual(backups.slice(0, 10).map(({ id }) => id));
    const weekly = Array.from({ length: 9 }, (_, week) => made(week * 7 + 1));
    expect(kept(weekly).size).toBe(5);
  });

  test("exactly 30 days is not over 30 days", () => {
    expect(kept([made(1), made(30), made(30.001)]).size).toBe(2);
  });

  test("kinds do not push each other out: ten deployments in a day leave the scheduled ones", () => {
    const scheduled = daily(10);
    const deployments = Array.from({ length: 12 }, (_, hour) => made(hour / 24, { kind: "pre-deployment" }));
    const stay = kept([...deployments, ...scheduled]);
    expect(scheduled.every(({ id }) => stay.has(id))).toBe(true);
    expect(stay.size).toBe(20);
  });

  test("the last one before something shrank to next to nothing stays, however many are made of what is left", () => {
    const [item] = made(0).items;
    if (item === undefined) throw new Error("no item");
    const holding = (rawBytes: number) => ({ items: [{ ...item, rawBytes }] });
    const empty = Array.from({ length: 40 }, (_, day) => made(day, holding(10_240)));
    const full = [made(40, holding(5_000_000)), made(41, holding(5_000_000))];
    const stay = kept([...empty, ...full]);
    expect(full.map(({ id }) => stay.has(id))).toEqual([true, false]);
    const less = [made(40, holding(90_000)), made(41, holding(90_000))];
    expect(less.map(({ id }) => kept([...empty, ...less]).has(id))).toEqual([false, false]);
  });

  test("a backup of another database counts for nothing, also when its name begins the same", () => {
    const [item] = made(0).items;
    if (item === undefined) throw new Error("no item");
    const of = (name: string) => ({ items: [{ ...item, name }] });
    expect(kept([...daily(10, of("app")), ...daily(10, of("app-two"))]).size).toBe(20);
  });
});

describe("protected", () => {
  const old = (change: Partial<Manifest>) => [...daily(12), made(90, change)];
  const last = (backups: readonly Manifest[]) => backups.at(-1)?.id ?? "";

  test("a pinned one stays", () => {
    const backups = old({ pinned: true });
    expect(kept(backups).has(last(backups))).toBe(true);
  });

  test("the newest that was restored and compared stays, and no older one of these", () => {
    const restored = { verified: { tier: "restore", at: now.toISOString() } } as const;
    const backups = [...daily(12), made(40, restored), made(50, restored)];
    expect(kept(backups).has(backups[12]?.id ?? "")).toBe(true);
    expect(kept(backups).has(last(backups))).toBe(false);
  });

  test("those made before the deployments of the live and the previous release stay", () => {
    const before = (release: string) =>
      ({ kind: "pre-deployment", deployment: { run: "r", release } }) as const;
    const backups = [made(60, before("2.0")), made(61, before("1.9")), made(62, before("1.8"))];
    expect([...kept(backups, { releases: ["2.0", "1.9"] })]).toEqual(backups.slice(0, 2).map(({ id }) => id));
  });

  test("one from the future stays, and takes no other's place", () => {
    const backups = [made(-400), ...daily(10)];
    expect(kept(backups).size).toBe(11);
  });

  test("a clock that jumped a year ahead removes nothing, and says so", () => {
    const backups = [made(0), ...Array.from({ length: 8 }, (_, day) => made(365 + day))];
    const verdicts = judgeRetention(backups, rules);
    expect(verdicts.filter(({ keep }) => !keep)).toEqual([]);
    expect(verdicts.at(-1)?.reasons.join()).toContain("the clock may be wrong");
  });

  test("nor does one that stays ahead, until as many have been made by it as stay", () => {
    const before = Array.from({ length: 10 }, (_, day) => made(365 + day));
    expect(kept([...daily(3), ...before]).size).toBe(13);
    expect(kept([...daily(10), ...before]).size).toBe(10);
    // What is made but once in a while goes by its number.
    expect(kept(Array.from({ length: 14 }, (_, time) => made(time * 45 + 1))).size).toBe(11);
  });

  test("every verdict has a reason", () => {
    const reasons = judgeRetention([...daily(12), made(90)], rules).map((verdict) => verdict.reasons);
    expect(reasons.every((each) => each.length > 0)).toBe(true);
    expect(reasons.at(-1)).toEqual(["90 days old, over 30", "12 newer ones of its kind, 10 stay"]);
  });
});

describe("whatever the backups are", () => {
  const anyBackup = fc
    .record({
      days: fc.double({ min: -20, max: 200, noNaN: true }),
      kind: fc.constantFrom<BackupKind>("pre-deployment", "scheduled", "manual"),
      tier: fc.constantFrom("decode" as const, "restore" as const),
      pinned: fc.boolean(),
      release: fc.constantFrom("1", "2", "3", undefined),
    })
    .map(({ days, kind, tier, pinned, release }) =>
      made(days, {
        kind,
        pinned,
        verified: { tier, at: now.toISOString() },
        ...(release === undefined ? {} : { deployment: { run: "r", release } }),
      }),
    );
  const anyBackups = fc.array(anyBackup, { maxLength: 40 });
  const isPast = ({ startedAt }: Manifest) => Date.parse(startedAt) <= now.getTime();

  test("the newest one, the newest restored one, pinned ones and future ones stay", () => {
    fc.assert(
      fc.property(anyBackups, (backups) => {
        const stay = kept(backups, { releases: ["1", "2"] });
        const past = backups
          .filter(isPast)
          .toSorted(
            (one, other) => other.startedAt.localeCompare(one.startedAt) || other.id.localeCompare(one.id),
          );
        const must = [
          past[0],
          past.find(({ verified }) => verified.tier === "restore"),
          ...backups.filter((backup) => backup.pinned || !isPast(backup)),
        ];
        return must.every((backup) => backup === undefined || stay.has(backup.id));
      }),
    );
  });

  test("what goes is too old or beyond the number, and what is neither never goes", () => {
    fc.assert(
      fc.property(anyBackups, (backups) => {
        const stay = kept(backups);
        return backups.every((backup) => {
          const isOld = now.getTime() - Date.parse(backup.startedAt) > 30 * dayMs;
          const newer = backups.filter(
            (other) => other.kind === backup.kind && isPast(other) && other.startedAt > backup.startedAt,
          );
          return stay.has(backup.id) || isOld || newer.length >= 10;
        });
      }),
    );
  });

  test("their order changes nothing, and what stayed stays when it is judged again", () => {
    fc.assert(
      fc.property(anyBackups, (backups) => {
        const once = kept(backups);
        expect(kept(backups.toReversed())).toEqual(once);
        expect(kept(backups.filter(({ id }) => once.has(id)))).toEqual(once);
      }),
    );
  });
});
