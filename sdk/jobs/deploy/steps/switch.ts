import type { Environment } from "../../../core/release/index.ts";
import type { Platform, Work } from "../../../platforms/index.ts";
import { median } from "../median.ts";
import { assertProven, prove } from "../proof.ts";
import { done, type Step, skipped } from "../step.ts";

const baselineRounds = 5;
const betweenProofsMs = 20;
/** So long before the deadline the waiting ends, so that there is time to say what was wrong. */
const lastWordMs = 1_000;

/** Sends the traffic to the new release, and proves through the front door that it is the one that answers. */
export const switchTraffic: Step = {
  name: "switch",
  run: async (deployment, work) => {
    const { course, findings, platform } = deployment;
    if ((await platform.proxy()).active === course.to) {
      await untilFrontDoorProves(platform, course.release, work);
      return skipped(`${course.to} serves already`);
    }
    const before = course.fromRuns ? await baseline(platform, course.serving) : undefined;
    if (before !== undefined) findings.baselineMs = before;
    const started = performance.now();
    await switchAndProve(platform, course.to, course.release, work);
    findings.switchMs = performance.now() - started;
    return done(`${course.to} serves release ${course.release}, ${findings.switchMs.toFixed(0)} ms`);
  },
  undo: async ({ configuration, course, platform }, work) => {
    if ((await platform.proxy()).active === course.from) return `${course.from} serves`;
    await platform.switchTo(course.from);
    if (!course.fromRuns) return `the proxy points at ${course.from} again`;
    await untilFrontDoorProves(platform, course.serving, work, configuration.deadlines.switch);
    return `${course.from} serves${course.serving === undefined ? "" : ` release ${course.serving}`} again`;
  },
};

/** The switch itself, and the proof that it is in force. */
async function switchAndProve(
  platform: Platform,
  to: Environment,
  release: string,
  work: Work,
): Promise<void> {
  await platform.switchTo(to);
  await untilFrontDoorProves(platform, release, work);
}

/**
 * Asks the front door until this release answers behind every address of it, for as long as the limit allows.
 *
 * @throws Failure SWITCH_NOT_PROVEN, WRONG_RELEASE_ANSWERED
 */
export async function untilFrontDoorProves(
  platform: Platform,
  release: string | undefined,
  work: Work,
  limitMs = work.deadlineMs,
): Promise<void> {
  const giveUpAt = Date.now() + Math.min(limitMs, work.deadlineMs) - lastWordMs;
  for (;;) {
    const proofs = await prove(platform.frontDoor(), release, work.signal);
    if (proofs.every(({ ok }) => ok)) return;
    // The last proofs say what was wrong.
    if (Date.now() >= giveUpAt || work.signal.aborted) assertProven(proofs, "SWITCH_NOT_PROVEN");
    await Bun.sleep(betweenProofsMs);
  }
}

async function baseline(platform: Platform, release: string | undefined): Promise<number | undefined> {
  const latencies: number[] = [];
  for (let round = 0; round < baselineRounds; round += 1) {
    const proofs = await prove(platform.frontDoor(), release);
    latencies.push(...proofs.filter(({ ok }) => ok).map(({ latencyMs }) => latencyMs));
  }
  return median(latencies);
}
