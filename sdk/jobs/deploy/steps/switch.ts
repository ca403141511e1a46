import { Failure } from "../../../core/errors/index.ts";
import type { Environment } from "../../../core/release/index.ts";
import type { Platform, ProxyState, Work } from "../../../platforms/index.ts";
import { crossesMigration } from "../crossing.ts";
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
      await untilFrontDoorProves(platform, course.to, course.release, work);
      return skipped(`${course.to} serves already`);
    }
    // Only the watch compares with it, and in an incident there is no time for it.
    const compares = course.command === "deploy" && course.fromRuns;
    const before = compares ? await baseline(platform, course.serving, work) : undefined;
    if (before !== undefined) findings.baselineMs = before;
    const started = performance.now();
    await platform.switchTo(course.to);
    await untilFrontDoorProves(platform, course.to, course.release, work);
    findings.switchMs = performance.now() - started;
    return done(`${course.to} serves release ${course.release}, ${findings.switchMs.toFixed(0)} ms`);
  },
  undo: async ({ configuration, course, findings, options, platform }, work) => {
    if ((await platform.proxy()).active === course.from) return `${course.from} serves`;
    const breaking = findings.migrations?.breaking ?? [];
    const hasServed = findings.switchMs !== undefined;
    if (hasServed && breaking.length > 0 && !options.force)
      throw crossesMigration(course.serving ?? `in ${course.from}`, breaking);
    await platform.switchTo(course.from);
    if (!course.fromRuns) return `the proxy points at ${course.from} again`;
    await untilFrontDoorProves(platform, course.from, course.serving, work, configuration.deadlines.switch);
    return `${course.from} serves${course.serving === undefined ? "" : ` release ${course.serving}`} again`;
  },
};

/**
 * Asks until the proxy says that it sends requests there, and this release answers behind every address of the front
 * door, for as long as the limit allows.
 *
 * @throws Failure SWITCH_NOT_PROVEN, WRONG_RELEASE_ANSWERED
 */
export async function untilFrontDoorProves(
  platform: Platform,
  environment: Environment,
  release: string | undefined,
  work: Work,
  limitMs = work.deadlineMs,
): Promise<void> {
  const giveUpAt = Date.now() + Math.min(limitMs, work.deadlineMs) - lastWordMs;
  for (;;) {
    const [traffic, proofs] = await Promise.all([
      platform.proxy(),
      prove(platform.frontDoor(), release, work.signal),
    ]);
    const leads = traffic.proxy === "up" && traffic.active === environment;
    if (leads && proofs.every(({ ok }) => ok)) return;
    if (Date.now() >= giveUpAt || work.signal.aborted) {
      // The last proofs say what was wrong.
      assertProven(proofs, "SWITCH_NOT_PROVEN");
      throw notLed(traffic, environment);
    }
    await Bun.sleep(betweenProofsMs);
  }
}

function notLed({ proxy, active }: ProxyState, environment: Environment): Failure {
  return new Failure("SWITCH_NOT_PROVEN", {
    message: `the proxy does not send requests to ${environment}`,
    why: proxy === "up" ? `it sends them to ${active}` : "it does not answer",
    remedy: "see why: read the proxy's own log",
  });
}

async function baseline(
  platform: Platform,
  release: string | undefined,
  work: Work,
): Promise<number | undefined> {
  const latencies: number[] = [];
  for (let round = 0; round < baselineRounds; round += 1) {
    const proofs = await prove(platform.frontDoor(), release, work.signal);
    // What fails already is no measure, and waiting for it would eat the switch's own time.
    if (!proofs.every(({ ok }) => ok)) break;
    latencies.push(...proofs.map(({ latencyMs }) => latencyMs));
  }
  return median(latencies);
}
