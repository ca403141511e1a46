import { expect, test } from "bun:test";
import { Failure } from "../../../../sdk/core/errors/index.ts";
import { readJournal } from "../../../../sdk/core/journal/index.ts";
import { carryOut } from "../../../../sdk/jobs/deploy/carry-out.ts";
import { foundBy, parseRecord } from "../../../../sdk/jobs/deploy/course.ts";
import type { BackupMade } from "../../../../sdk/jobs/deploy/desk.ts";
import { deploymentSteps } from "../../../../sdk/jobs/deploy/steps/index.ts";
import { failureOf } from "../../../support/failure-of.ts";
import { courseOf, type FakeDesk, openFakeDesk } from "../fake-desk.ts";

const id = "20261120-180228-7f3a";

/** A desk whose script makes backups, and counts them. */
function deskWith(make: () => Promise<BackupMade>, options = {}) {
  const desk = openFakeDesk({ options: { skipBackup: false, ...options } });
  const made: string[] = [];
  const backups = {
    holds: async () => ["postgres app"],
    make: async ({ run }: { run: string }) => {
      made.push(run);
      return make();
    },
  };
  return { desk: Object.assign(desk, { backups }), made };
}

const good = async () => ({ id, detail: "2 items" });

const recordsOf = ({ configuration }: FakeDesk, run: string) =>
  readJournal(configuration.state("journals", `${run}.jsonl`), parseRecord).records;

test("the backup's id is in the result, the history and the journal", async () => {
  const { desk } = deskWith(good);
  using held = desk;
  const { backup } = await carryOut(held, courseOf(), deploymentSteps);
  expect(backup).toBe(id);
  expect(held.history().at(-1)?.backup).toBe(id);
  expect(foundBy(recordsOf(held, courseOf().run))).toEqual({ backup: id });
});

test("a backup that fails ends the deployment before anything changes", async () => {
  const { desk } = deskWith(async () => {
    throw new Failure("DATABASE_DENIED", { message: "no", remedy: "mend it" });
  });
  using held = desk;
  const failure = await failureOf(carryOut(held, courseOf(), deploymentSteps));
  expect([failure.code, failure.exitCode]).toEqual(["DATABASE_DENIED", 1]);
  expect(held.said).not.toContain("begin build");
  expect(held.said.filter((line) => line.startsWith("undone"))).toEqual([]);
});

test("a run that goes on keeps the backup that was made before it was cut off", async () => {
  const { desk, made } = deskWith(good);
  using held = desk;
  const course = courseOf({ run: "20261120-180227-002" });
  const { backup } = await carryOut(held, course, deploymentSteps, { backup: "20261120-180000-0000" });
  expect([backup, made]).toEqual(["20261120-180000-0000", []]);
  expect(foundBy(recordsOf(held, course.run))).toEqual({ backup: "20261120-180000-0000" });
});

test("--skip-backup and nothing to back up are said loudly", async () => {
  const skipping = deskWith(good, { skipBackup: true });
  using skipped = skipping.desk;
  await carryOut(skipped, courseOf(), deploymentSteps);
  expect([skipped.said.includes("warning: NO BACKUP was made: --skip-backup"), skipping.made]).toEqual([
    true,
    [],
  ]);
  using none = deskWith(async () => ({ nothing: "nothing serves yet" })).desk;
  expect((await carryOut(none, courseOf(), deploymentSteps)).backup).toBeUndefined();
  expect(none.said).toContain("warning: NO BACKUP was made: nothing serves yet");
});
