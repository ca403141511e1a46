import { asFailure, Failure } from "../../../core/errors/index.ts";
import type { Work } from "../../../platforms/index.ts";
import type { Deployment } from "../deployment.ts";
import { done, type Step, skipped } from "../step.ts";

/** Lets the old environment go: kept warm for an instant rollback, or stopped once nothing is in flight to it. */
export const retire: Step = {
  name: "retire",
  afterTheFact: true,
  run: async (deployment, work) => {
    const { configuration, course, findings, platform } = deployment;
    if (!course.fromRuns) return skipped(`nothing ran in ${course.from}`);
    if (configuration.keepPrevious)
      return skipped(
        `${course.from} stays warm${course.serving === undefined ? "" : ` with release ${course.serving}`}`,
      );
    try {
      const left = await platform.drain(course.from, drainWork(deployment, work));
      findings.connectionsLeft = left;
      await platform.stop(course.from, work);
      return done(
        `${course.from} is stopped${left === 0 ? "" : `, ending ${left ?? "what"} connections were left at drain.timeout`}`,
      );
    } catch (thrown) {
      throw asRetireFailure(thrown, course.from);
    }
  },
};

function drainWork({ configuration }: Deployment, work: Work): Work {
  const { signal, note, tool } = work;
  return { signal, note, tool, deadlineMs: Math.min(configuration.drain.timeout, work.deadlineMs) };
}

function asRetireFailure(thrown: unknown, environment: string): Failure {
  const failure = asFailure(thrown);
  return new Failure("RETIRE_FAILED", {
    message: `the new release serves, but ${environment} could not be stopped: ${failure.message}`,
    why: failure.why,
    remedy: "the next deployment takes it up; to free its memory now, stop its containers by hand",
    cause: failure,
  });
}
