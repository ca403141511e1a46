import { Failure } from "../../../core/errors/index.ts";
import type { Release } from "../../../core/release/index.ts";
import type { Work } from "../../../platforms/index.ts";
import type { Deployment } from "../deployment.ts";
import { done, type Step } from "../step.ts";

/** Brings the idle environment up with the release. It gets no traffic; what it served before has drained. */
export const stage: Step = {
  name: "stage",
  run: async (deployment, work) => {
    const { course, platform } = deployment;
    await assertIdle(deployment);
    const left = await platform.drain(course.to, drainWork(deployment, work));
    if (left > 0) deployment.report.warn(`${left} old connections to ${course.to} end now`);
    await platform.stage(course.to, releaseOf(deployment), course.staging, work);
    return done(`${course.to} is ready`);
  },
  undo: async (deployment, work) => {
    const { course, platform, releases } = deployment;
    await assertIdle(deployment);
    const before = course.occupant === undefined ? undefined : releases.find(course.occupant);
    if (before === undefined || before.id === course.release || !(await platform.has(before))) {
      await platform.remove(course.to, work);
      return `${course.to} is empty again`;
    }
    await platform.stage(course.to, before, "as it is", work);
    if (course.occupantWarm) return `${course.to} runs release ${before.id} again`;
    await platform.stop(course.to, work);
    return `${course.to} holds release ${before.id} again, stopped`;
  },
};

/** The release that the run is about, as it was pinned. */
export function releaseOf({ course, findings, releases }: Deployment): Release {
  const release = findings.release ?? releases.find(course.release);
  if (release !== undefined) return release;
  throw new Failure("RELEASE_UNKNOWN", {
    message: `the release ${course.release} was never built here`,
    remedy: "deploy it without --resume",
  });
}

/** The last guard before containers are replaced: the proxy is asked once more. */
async function assertIdle({ course, platform }: Deployment): Promise<void> {
  if ((await platform.proxy()).active !== course.to) return;
  throw new Failure("PROXY_DISAGREES", {
    message: `${course.to} serves, so it is not touched`,
    why: "the switch was changed by something else while this ran",
    remedy: "look with ./scripts/status.ts, and deploy again",
  });
}

function drainWork({ configuration, report }: Deployment, work: Work): Work {
  return {
    signal: work.signal,
    deadlineMs: configuration.drain.timeout,
    note: (text) => report.note("stage", text),
    tool: work.tool,
  };
}
