import { expect } from "bun:test";
import { readFileSync } from "node:fs";
import { type JournalRecord, type StepName, wasTakenBack } from "../../sdk/jobs/deploy/course.ts";
import type { Status } from "../../sdk/jobs/status/status.ts";
import { expectNothingLost } from "./crowd.ts";
import { documentOf } from "./document.ts";
import { damagedFiles, isUnfinished, lastRun } from "./journals.ts";
import { type Layout, layoutOf, type Scene } from "./scene.ts";
import { startScript } from "./script.ts";
import type { Stack } from "./stack.ts";
import { servingOf } from "./standing.ts";
import { startVictim, type Victim } from "./victim.ts";

/** The moment at which a run is killed. */
export interface Moment {
  name: string;
  comes(victim: Victim, stack: Stack): Promise<void>;
}

type Phase = Extract<JournalRecord, { kind: "step" }>["phase"];

/** How a killed run left everything. */
export interface Cut {
  command: "deploy" | "rollback";
  release: string;
  before: Layout;
  /** Whether the run had got as far as writing down where it goes. */
  begun: boolean;
  unfinished: boolean;
  /** Whether one of its steps had failed, so that it was being put back. */
  failed: boolean;
  switched: boolean;
  /** Whether its switch was being taken back, and may have been. */
  takenBack: boolean;
}

const settleMs = 5_000;
const betweenLooksMs = 2;

/** As soon as a step's record is written, or some time after it. */
export function at(step: StepName, phase: Phase, laterMs = 0): Moment {
  const later = laterMs === 0 ? "" : ` and ${Math.round(laterMs)} ms later`;
  return {
    name: `at "${step} ${phase}"${later}`,
    async comes(victim) {
      await victim.reaches(
        (record) => record.kind === "step" && record.step === step && record.phase === phase,
      );
      if (laterMs > 0) await Promise.race([Bun.sleep(laterMs), victim.ended]);
    },
  };
}

/** Somewhere inside a step: at a part of the time that it took the last time it was carried out. */
export function inside(step: StepName, part: number): Moment {
  return {
    name: `${Math.round(part * 100)} % into ${step}`,
    comes: (victim, stack) => at(step, "starting", usualMs(stack, step) * part).comes(victim, stack),
  };
}

/** While it looks at what there is, before it has written anything down. */
export const whilePlanning: Moment = {
  name: "while it plans",
  async comes(victim, stack) {
    const holdsLock = () => readFileSync(stack.state("lock"), "utf8").includes(`"pid":${victim.child.pid},`);
    while (!holdsLock()) {
      if (victim.child.exitCode !== null) throw new Error("it ended without a plan");
      await Bun.sleep(betweenLooksMs);
    }
  },
};

/** When the run writes that it begins, or that it ended. */
export function when(kind: "begun" | "ended"): Moment {
  return { name: `at "${kind}"`, comes: (victim) => victim.reaches((record) => record.kind === kind) };
}

function usualMs(stack: Stack, step: StepName): number {
  const lines = readFileSync(stack.state("history.jsonl"), "utf8").trim().split("\n");
  const runs: { steps: { step: string; outcome: string; seconds: number }[] }[] = lines.map((line) =>
    JSON.parse(line),
  );
  const last = runs.flatMap(({ steps }) => steps).findLast((one) => one.step === step);
  return (last?.seconds ?? 0) * 1_000;
}

/** Some time after it said that it brings an earlier run to its end. */
export function settling(laterMs: number): Moment {
  return {
    name: `${Math.round(laterMs)} ms into its settling`,
    async comes(victim) {
      await victim.shows("bringing it to an end");
      await Promise.race([Bun.sleep(laterMs), victim.ended]);
    },
  };
}

/** Starts the script, kills it at the moment, and sees that the users noticed nothing and that nothing is at work any more. */
export async function killed(
  scene: Scene,
  flags: readonly string[],
  release: string,
  moment: Moment,
): Promise<Cut> {
  const before = await layoutOf(scene.stack);
  const runBefore = runOf(scene.stack);
  await cutOff(scene, flags, moment);
  return {
    command: flags.includes("--quick-rollback") ? "rollback" : "deploy",
    release,
    before,
    begun: runOf(scene.stack) !== runBefore,
    ...(await found(scene.stack, before, release)),
  };
}

/** Kills what was to bring a killed run to its end. When it came too late for that, the way back has been gone already. */
export async function killedAgain(
  scene: Scene,
  cut: Cut,
  flags: readonly string[],
  moment: Moment,
): Promise<Cut> {
  await cutOff(scene, flags, moment);
  const now = await found(scene.stack, cut.before, cut.release);
  const isBack = flags.includes("--abort") && !now.unfinished;
  return { ...cut, ...now, begun: !isBack };
}

async function cutOff(scene: Scene, flags: readonly string[], moment: Moment): Promise<void> {
  const victim = startVictim(scene.stack, flags);
  await moment.comes(victim, scene.stack);
  await victim.kill();
  await untilNothingIsLeft(victim);
  expect(damagedFiles(scene.stack)).toEqual([]);
  expectNothingLost(await scene.crowd.seen());
}

async function found(
  stack: Stack,
  before: Layout,
  release: string,
): Promise<Pick<Cut, "unfinished" | "failed" | "switched" | "takenBack">> {
  const serving = await servingOf(stack);
  const switched = serving.environment !== before.serving.environment;
  expect(serving.release).toBe(switched ? release : before.serving.release);
  const records = lastRun(stack);
  const failed = records.some((record) => record.kind === "step" && record.phase === "failed");
  return { unfinished: isUnfinished(stack), failed, switched, takenBack: wasTakenBack(records) };
}

function runOf(stack: Stack): string | undefined {
  const begun = lastRun(stack).find((record) => record.kind === "begun");
  return begun?.course.run;
}

/** The kernel ends the children of a process that was killed: a moment later there are none. */
async function untilNothingIsLeft(victim: Victim): Promise<void> {
  const giveUpAt = Date.now() + settleMs;
  while (victim.leftBehind().length > 0 && Date.now() < giveUpAt) await Bun.sleep(betweenLooksMs);
  expect(victim.leftBehind()).toEqual([]);
}

/** What `./scripts/status.ts` says. */
export async function statusOf(stack: Stack): Promise<Status> {
  const run = await startScript("status", ["--config", stack.configFile, "--json"]).ended;
  return documentOf(run).result as Status;
}
