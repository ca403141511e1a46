import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import type { StepName } from "../../sdk/jobs/deploy/course.ts";
import { deployThrough } from "../support/as-another.ts";
import { expectNothingLost } from "../support/crowd.ts";
import { errorOf } from "../support/document.ts";
import { damagedFiles, isUnfinished, journalsOf } from "../support/journals.ts";
import { at } from "../support/kill.ts";
import { layoutOf, newTo, openScene, type Scene } from "../support/scene.ts";
import { mountSmallDisk, type SmallDisk } from "../support/small-disk.ts";
import { opposite } from "../support/standing.ts";
import { startVictim } from "../support/victim.ts";

let scene: Scene;
let disk: SmallDisk;
beforeAll(async () => {
  scene = await openScene({
    overrides: { resources: { disk: "100KB", memory: "100MB" } },
    prepare: async (stack) => {
      disk = await mountSmallDisk(stack.state());
    },
  });
}, 240_000);
afterEach(() => disk.free());
afterAll(async () => {
  await disk?.[Symbol.asyncDispose]();
  await scene?.[Symbol.asyncDispose]();
}, 120_000);

/** The next run, with room on the disk, must succeed: whatever the full disk left is settled. */
async function expectNextSucceeds(): Promise<void> {
  const { stack, crowd } = scene;
  const before = await layoutOf(stack);
  const release = newTo(before);
  const run = await stack.deploy(["--release", release, "--json"]);
  expect(run.exitCode, run.stderr).toBe(0);
  expect(await layoutOf(stack)).toEqual({
    serving: { environment: opposite(before.serving.environment), release },
    idle: { state: "ready", release: before.serving.release },
  });
  expect(isUnfinished(stack)).toBe(false);
  expect(damagedFiles(stack)).toEqual([]);
  expectNothingLost(await crowd.seen());
}

test("on a disk that is full already, nothing is begun, and the error names the file system", async () => {
  const { stack } = scene;
  const before = await layoutOf(stack);
  disk.fill();
  const run = await stack.deploy(["--release", newTo(before), "--json"]);
  expect(run.exitCode, run.stderr).toBe(1);
  const { code, remedy, details } = errorOf(run);
  expect(code).toBe("JOURNAL_NOT_WRITTEN");
  expect(remedy).toContain(`free space on the file system at ${disk.folder}`);
  expect(details).toMatchObject({ fileSystem: disk.folder, errno: "ENOSPC" });
  expect(await layoutOf(stack)).toEqual(before);
  disk.free();
  await expectNextSucceeds();
}, 120_000);

/** The disk fills up while a step runs, so that the record of its end fits in part, or not at all. */
const fillings: [StepName, number][] = [
  ["stage", 25],
  ["verify", 0],
  ["watch", 60],
];

for (const [step, bytesLeft] of fillings) {
  test(`a disk that fills up during ${step} fails the deployment, which is put back all the same`, async () => {
    const { stack, crowd } = scene;
    const before = await layoutOf(stack);
    const run = startVictim(stack, ["--release", newTo(before), "--json"]);
    await at(step, "starting").comes(run, stack);
    disk.fillUpTo(journalsOf(stack).at(-1) ?? "", bytesLeft);
    const ended = await run.ended;
    expect(ended.exitCode, ended.stderr).toBe(1);
    const error = errorOf(ended);
    expect(error.code).toBe("JOURNAL_NOT_WRITTEN");
    expect(error.remedy).toContain(disk.folder);
    expect(await layoutOf(stack)).toEqual(before);
    expect(damagedFiles(stack)).toEqual([]);
    expectNothingLost(await crowd.seen());
    disk.free();
    await expectNextSucceeds();
  }, 180_000);
}

test("a release that cannot be written down is not deployed, and the error names the file system", async () => {
  const { stack, crowd } = scene;
  const before = await layoutOf(stack);
  const run = startVictim(stack, ["--release", "unwritten", "--json"]);
  await at("build", "starting").comes(run, stack);
  disk.fill();
  const ended = await run.ended;
  expect(ended.exitCode, ended.stderr).toBe(1);
  const { code, remedy } = errorOf(ended);
  expect(code).toBe("STATE_NOT_WRITTEN");
  expect(remedy).toContain(`free space on the file system at ${disk.folder}`);
  expect(await layoutOf(stack)).toEqual(before);
  expectNothingLost(await crowd.seen());
}, 120_000);

test("a rollback goes through on a full disk, and says that it could not be written down", async () => {
  const { stack, crowd } = scene;
  const before = await layoutOf(stack);
  disk.fill();
  const made = await stack.deploy(["--quick-rollback", "--json"]);
  disk.free();
  // The history's one line may still find room in a block that it has.
  expect([0, 5], made.stderr).toContain(made.exitCode ?? -1);
  expect(made.stderr.match(/going on without a journal/g)).toHaveLength(1);
  expect((await layoutOf(stack)).serving.release).toBe(before.idle.release ?? "");
  expectNothingLost(await crowd.seen());
}, 60_000);

test("a log that cannot be written fails nothing, and is spoken of once", async () => {
  const { stack } = scene;
  const release = newTo(await layoutOf(stack));
  // In a mount namespace of its own: the logs of others are left alone.
  const full =
    'mount -t tmpfs -o size=64k tmpfs "$0/logs" && ! head -c 1M /dev/zero > "$0/logs/ballast" && exec "$@"';
  const alone = ["unshare", "--mount", "sh", "-c", full, stack.directory];
  const run = await deployThrough(alone, stack, ["--release", release]);
  expect(run.exitCode, run.stderr).toBe(0);
  expect(run.stderr.match(/the log in .* cannot be written \(ENOSPC\)/g)).toHaveLength(1);
  expect((await layoutOf(stack)).serving.release).toBe(release);
}, 120_000);
