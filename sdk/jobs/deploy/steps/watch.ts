import { Failure } from "../../../core/errors/index.ts";
import type { Environment } from "../../../core/release/index.ts";
import type { Platform, ServiceState, Trouble, Work } from "../../../platforms/index.ts";
import { frontDoorAddresses } from "../addresses.ts";
import { lookThroughFrontDoor } from "../look-through-front-door.ts";
import { type Proof, prove } from "../proof.ts";
import { done, type Step, skipped } from "../step.ts";
import { verdict } from "../watch-verdict.ts";

/**
 * Watches the new release for a while: what the front door answers, and what befalls its containers. It flips back by
 * itself: a failure here puts the switch back first.
 */
export const watch: Step = {
  name: "watch",
  run: async (deployment, work) => {
    const { configuration, course, findings, platform } = deployment;
    const { duration, interval, ...limits } = configuration.watch;
    if (duration === 0) return skipped("watch.duration is 0");
    await using heard = await platform.troubles(course.to);
    let trouble: Trouble | undefined;
    const listening = heard.events.next().then((event) => {
      if (!event.done) trouble = event.value;
    });
    await using looks = lookThroughFrontDoor(deployment, work);
    const before = await servicesOf(platform, course.to, work);
    const endAt = performance.now() + duration;
    const until = new Date(Date.now() + duration).toISOString().slice(11, 19);
    const addresses = frontDoorAddresses(deployment, course.release);
    const proofs: Proof[] = [];
    while (performance.now() < endAt) {
      work.signal.throwIfAborted();
      proofs.push(...(await prove(addresses, course.release, work.signal)));
      if (trouble !== undefined) throw troubled(trouble);
      const against = verdict(proofs, findings.baselineMs, limits);
      if (against !== undefined) throw unfit(against);
      work.note(`until ${until} UTC, ${failures(proofs)} failed so far`);
      await Promise.race([listening, Bun.sleep(interval)]);
    }
    await looks.assertPassed();
    assertUnharmed(before, await servicesOf(platform, course.to, work));
    return done(`${proofs.length} requests, ${failures(proofs)} failed`);
  },
};

const lookMs = 20_000;

async function servicesOf(platform: Platform, environment: Environment, work: Work) {
  const deadlineMs = Math.min(lookMs, work.deadlineMs);
  return (await platform.environments({ deadlineMs, patienceMs: lookMs }))[environment].services;
}

/** Events are not heard while the connection that brings them is made again: what they would have told still shows. */
function assertUnharmed(before: readonly ServiceState[], after: readonly ServiceState[]): void {
  for (const { name: service, state, restarts } of after) {
    if (state !== "ready") throw troubled({ service, reason: `is ${state}` });
    const more = restarts - (before.find(({ name }) => name === service)?.restarts ?? 0);
    if (more > 0)
      throw troubled({ service, reason: `was restarted ${more === 1 ? "once" : `${more} times`}` });
  }
}

function failures(proofs: readonly Proof[]): number {
  return proofs.filter(({ ok }) => !ok).length;
}

function troubled({ service, reason }: Trouble): Failure {
  return new Failure("WATCH_FAILED", {
    message: `${service} ${reason} after the switch`,
    remedy: "read its last lines in the diagnosis beside the log file; the release before serves again",
    details: { service },
  });
}

function unfit({ reason, service }: { reason: string; service: string | undefined }): Failure {
  return new Failure("WATCH_FAILED", {
    message: reason,
    remedy: "read the diagnosis beside the log file; the release before serves again",
    details: { service },
  });
}
