import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Beside } from "../../../../sdk/jobs/restore/kept.ts";
import { doubtUntil, judgeKept, keptLine } from "../../../../sdk/jobs/restore/kept-retention.ts";

const now = new Date("2026-11-26T12:00:00Z");
const dayMs = 86_400_000;

function kept(target: string, days: number, type: Beside["type"] = "postgres"): Beside {
  const since = new Date(now.getTime() - days * dayMs).toISOString();
  return { type, state: "kept", target, at: `${target}_old_${days}`, since };
}

test("what is too old or beyond the newest goes, each with its reasons; the newest of each stays", () => {
  const verdicts = judgeKept([kept("app", 40), kept("app", 3), kept("app", 2), kept("other", 400)], {
    now,
    keepDays: 30,
    keepCount: 2,
  });
  expect(verdicts.map(keptLine)).toEqual([
    "keep   postgres app_old_2: the newest one of app",
    "keep   postgres app_old_3: within its quota",
    "remove postgres app_old_40: 40 days old, over 30; 2 newer, 2 stay",
    "keep   postgres other_old_400: the newest one of other",
  ]);
});

test("what a clock that was ahead has dated in the future stays, and takes the place of nothing younger", () => {
  const planted = [kept("app", -300), kept("app", -200), kept("app", 0), kept("app", 1), kept("app", 2)];
  const verdicts = judgeKept(planted, { now, keepDays: 30, keepCount: 2 });
  expect(verdicts.filter(({ keep }) => !keep).map(({ at }) => at)).toEqual(["app_old_2"]);
  expect(verdicts.map(keptLine)).toContain(
    "keep   postgres app_old_-300: dated in the future: the clock was ahead, or is behind",
  );
  expect(verdicts.map(keptLine)).toContain("keep   postgres app_old_0: the newest one of app");
});

test("a clock that jumped ahead lets nothing go by its age until backups fill the time again", () => {
  const daysAgo = (...days: number[]) => days.map((count) => now.getTime() - count * dayMs);
  const planted = [kept("app", 399), kept("app", 400), kept("app", 401), kept("app", 402)];
  const goneWith = (made: readonly number[]) => {
    const doubted = doubtUntil(made, now, 30);
    const verdicts = judgeKept(planted, { now, keepDays: 30, keepCount: 3, doubted });
    return verdicts.filter(({ keep }) => !keep).map(({ at }) => at);
  };
  // The last backup is as old as what was kept: by its number alone something goes.
  expect(goneWith(daysAgo(401, 399.5))).toEqual(["app_old_402"]);
  // The first backups after the jump do not tell that the time before them was real.
  expect(goneWith(daysAgo(0, 1, 399.5))).toEqual(["app_old_402"]);
  expect(goneWith(daysAgo(0, 1, 2))).toEqual(["app_old_400", "app_old_401", "app_old_402"]);
  expect(goneWith([])).toEqual(["app_old_400", "app_old_401", "app_old_402"]);
  expect(doubtUntil(daysAgo(-500, 20, 45), now, 30)).toBeUndefined();
});

test("whatever there is, the newest of each stays, none of the future goes, and what goes is over a limit", () => {
  const one = fc.record({
    target: fc.constantFrom("app", "other"),
    type: fc.constantFrom("postgres", "directory"),
    days: fc.integer({ min: -5, max: 90 }),
  });
  const rules = fc.record({
    keepDays: fc.integer({ min: 1, max: 60 }),
    keepCount: fc.integer({ min: 1, max: 5 }),
  });
  fc.assert(
    fc.property(
      fc.uniqueArray(one, { selector: (each) => JSON.stringify(each) }),
      rules,
      (planted, { keepDays, keepCount }) => {
        const all = planted.map(({ target, days, type }) => kept(target, days, type));
        const verdicts = judgeKept(all, { now, keepDays, keepCount });
        expect(verdicts).toHaveLength(all.length);
        for (const { target, type } of all) {
          const same = all.filter((other) => other.target === target && other.type === type);
          const newest = same
            .map(({ since }) => since)
            .sort()
            .at(-1);
          const left = verdicts.filter(
            (verdict) => verdict.keep && verdict.type === type && verdict.target === target,
          );
          const sinceOf = (at: string) => same.find((other) => other.at === at)?.since;
          expect(left.map(({ at }) => sinceOf(at))).toContain(newest);
        }
        for (const { keep, at, target, type } of verdicts.filter((verdict) => !verdict.keep)) {
          const days = Number(/-?\d+$/.exec(at)?.[0]);
          const newer = planted.filter(
            (other) => other.target === target && other.type === type && other.days < days,
          );
          expect([keep, days > keepDays || newer.length >= keepCount, days >= 0]).toEqual([
            false,
            true,
            true,
          ]);
        }
      },
    ),
  );
});
