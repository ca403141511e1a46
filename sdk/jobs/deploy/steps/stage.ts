import { Failure, messageOf } from "../../../core/errors/index.ts";
import type { Release } from "../../../core/release/index.ts";
import type { Work } from "../../../platforms/index.ts";
import type { Deployment } from "../deployment.ts";
import { done, type Step, skipped } from "../step.ts";
import { patience, type Traffic, traffic } from "../traffic.ts";

/** Brings the idle environment up with the release. It gets no traffic; what it served before has drained. */
export const stage: Step = {
  name: "stage",
  run: async (deployment, work) => {
    const { course, platform } = deployment;
    if (await servesAlready(deployment))
      return skipped(`${course.to} serves release ${course.release} already`);
    const { proxy } = await assertIdle(deployment);
    // With a proxy that is not there its connections are not, and in an incident nobody waits for them.
    const left = proxy === "down" ? 0 : await platform.drain(course.to, drainWork(deployment, work));
    if (left !== 0)
      deployment.report.warn(`${left ?? "perhaps some"} old connections to ${course.to} end now`);
    await platform.stage(course.to, releaseOf(deployment), course.staging, work);
    return done(`${course.to} is ready`);
  },
  undo: async (deployment, work) => {
    const { course, platform, releases } = deployment;
    await assertIdle(deployment);
    if (course.command === "rollback" && course.occupant === course.release) return leave(deployment, work);
    const before = course.occupant === undefined ? undefined : releases.find(course.occupant);
    if (before === undefined || before.id === course.release || !(await platform.has(before))) {
      await platform.remove(course.to, work);
      return `${course.to} is empty again`;
    }
    try {
      await platform.stage(course.to, before, "as it is", work);
    } catch (thrown) {
      // What served here before may not live with what was migrated since. It is only a standby: nothing waits for it.
      deployment.report.warn(
        `release ${before.id} does not start in ${course.to} again: ${messageOf(thrown)}`,
      );
      await platform.remove(course.to, work);
      return `${course.to} is empty: release ${before.id} did not start there again`;
    }
    if (course.occupantWarm) return `${course.to} runs release ${before.id} again`;
    await platform.stop(course.to, work);
    return `${course.to} holds release ${before.id} again, stopped`;
  },
};

/** A way back to what stood in the environment already has made nothing anew there. */
async function leave({ course, platform }: Deployment, work: Work): Promise<string> {
  if (course.occupantWarm) return `${course.to} runs release ${course.release} as before`;
  await platform.stop(course.to, work);
  return `${course.to} holds release ${course.release} again, stopped`;
}

/** The release that the run is about, as it was pinned. A way back needs no images where what it leads to still stands. */
function releaseOf({ course, findings, releases }: Deployment): Release {
  const release = findings.release ?? releases.find(course.release);
  if (release !== undefined) return release;
  if (course.command === "rollback") return { id: course.release, createdAt: course.startedAt, images: {} };
  throw new Failure("RELEASE_UNKNOWN", {
    message: `the release ${course.release} was never built here`,
    remedy: "deploy it without --resume",
  });
}

/** Whether a run that goes on was cut off after its switch: what serves is then judged, not made again. */
async function servesAlready({ course, platform }: Deployment): Promise<boolean> {
  if (course.staging !== "as it is") return false;
  if ((await traffic(platform)).active !== course.to) return false;
  const { release, state } = (await platform.environments(patience))[course.to];
  return release === course.release && state === "ready";
}

/** The last guard before containers are replaced: the proxy is asked once more. */
async function assertIdle({ course, platform }: Deployment): Promise<Traffic> {
  const now = await traffic(platform);
  if (now.active !== course.to) return now;
  throw new Failure("PROXY_DISAGREES", {
    message: `${course.to} serves, so it is not touched`,
    why: "the switch was changed by something else while this ran",
    remedy: "look with ./scripts/status.ts, and deploy again",
  });
}

function drainWork({ configuration, report }: Deployment, work: Work): Work {
  return {
    signal: work.signal,
    // A page that keeps its WebSocket open must not take the time that the release needs to start.
    deadlineMs: Math.min(configuration.drain.timeout, work.deadlineMs / 2),
    note: (text) => report.note("stage", text),
    tool: work.tool,
  };
}
