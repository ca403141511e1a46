import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Beside } from "../../../../sdk/jobs/restore/kept.ts";
import { judgeKept, keptLine } from "../../../../sdk/jobs/restore/kept-retention.ts";

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
