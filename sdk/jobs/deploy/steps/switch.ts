import { asFailure, exitCodes, Failure } from "../../../core/errors/index.ts";
import type { Work } from "../../../platforms/index.ts";
import { directAddresses, frontDoorAddresses } from "../addresses.ts";
import { crossesMigration } from "../crossing.ts";
import type { Deployment } from "../deployment.ts";
import { untilFrontDoorProves } from "../front-door-proof.ts";
import { letFinish } from "../let-finish.ts";
import { median } from "../median.ts";
import { assertProven, prove, proveWithPatience } from "../proof.ts";
import { done, type Step, skipped } from "../step.ts";
import { traffic } from "../traffic.ts";

const baselineRounds = 5;

/** So long, in milliseconds, users may get bad answers from a new release before the one that served well is back. */
const mostFailingMs = 1_000;

/** Sends the traffic to the new release, and proves through the front door that it is the one that answers. */
export const switchTraffic: Step = {
  name: "switch",
  run: async (deployment, work) => {
    const { course, findings, platform } = deployment;
    if ((await traffic(platform)).active === course.to) {
      await proven(deployment, work);
      findings.hasServed = true;
      return skipped(`${course.to} serves already`);
    }
    // In an incident there is time for neither, and a way back has been proven just now.
    if (course.command === "deploy") {
      const before = course.fromRuns ? await baseline(deployment, work) : undefined;
      if (before !== undefined) findings.baselineMs = before;
      await assertStillWell(deployment, work);
    }
    const started = performance.now();
    await platform.switchTo(course.to);
    await proven(deployment, work);
    findings.switchMs = performance.now() - started;
    findings.hasServed = true;
    return done(`${course.to} serves release ${course.release}, ${findings.switchMs.toFixed(0)} ms`);
  },
  undo: async (deployment, work) => {
    const { configuration, course, findings, options, platform } = deployment;
    const now = await traffic(platform).catch(asFailure);
    // A proxy that looks elsewhere must not find the switch left on, on the day when it is restarted.
    if (!(now instanceof Failure) && now.active === course.from) return `${course.from} serves`;
    const breaking = findings.migrations?.breaking ?? [];
    if (findings.hasServed && breaking.length > 0 && !options.force)
      throw crossesMigration(course.serving ?? `in ${course.from}`, breaking);
    await platform.switchTo(course.from);
    if (!course.fromRuns) return `the proxy points at ${course.from} again`;
    await untilFrontDoorProves(deployment, course.from, course.serving, work, {
      limitMs: configuration.deadlines.switch,
    });
    await letFinish(deployment, course.to, work);
    return `${course.from} serves${course.serving === undefined ? "" : ` release ${course.serving}`} again`;
  },
};

/** Whatever befell the release since it was verified must not be found out by users. */
async function assertStillWell(deployment: Deployment, work: Work): Promise<void> {
  const { release, to } = deployment.course;
  const addresses = directAddresses(deployment, to, release);
  assertProven(await proveWithPatience(addresses, release, work.signal), "VERIFY_FAILED");
}

/**
 * Proves the switch. A way back that nobody can see, since the proxy answers nobody, stays made: nothing speaks against the
 * release that it led to, and giving the traffic back to the one that was to be left would help nobody.
 */
async function proven(deployment: Deployment, work: Work): Promise<void> {
  const { command, release, to } = deployment.course;
  try {
    const failingMs = command === "rollback" ? undefined : mostFailingMs;
    await untilFrontDoorProves(deployment, to, release, work, { failingMs });
  } catch (thrown) {
    if (command !== "rollback" || !(thrown instanceof Failure && thrown.code === "PROXY_DOWN")) throw thrown;
    const { why, remedy, details } = thrown;
    throw new Failure("PROXY_DOWN", {
      message: `the traffic goes to ${to} again, where release ${release} runs, but the proxy answers nobody`,
      why,
      remedy: `${remedy}; then look with ./scripts/status.ts`,
      details,
      cause: thrown,
      exitCode: exitCodes.doneInPart,
    });
  }
}

async function baseline(deployment: Deployment, work: Work): Promise<number | undefined> {
  const { serving } = deployment.course;
  const addresses = frontDoorAddresses(deployment, serving);
  const latencies: number[] = [];
  for (let round = 0; round < baselineRounds; round += 1) {
    const proofs = await prove(addresses, serving, work.signal);
    // What fails already is no measure, and waiting for it would eat the switch's own time.
    if (!proofs.every(({ ok }) => ok)) break;
    latencies.push(...proofs.map(({ latencyMs }) => latencyMs));
  }
  return median(latencies);
}
