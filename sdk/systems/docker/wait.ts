import { Failure } from "../../core/errors/index.ts";
import { seconds } from "../../core/text/index.ts";
import type { DockerOptions } from "./client.ts";
import { type Container, composeLabels, containersOf } from "./containers.ts";
import { containerEvents } from "./events.ts";
import { type Failed, lastProbe, type Readiness, readiness } from "./readiness.ts";

/** An event can be missed while the daemon is away, so the state is looked at this often without one. */
const lookAtLeastEveryMs = 2_000;

/**
 * Waits until every one of the services is ready, woken by Docker's events; ends early when one has failed for good.
 *
 * @param nameOf how people call a service, for what they are told
 * @throws Failure DEADLINE_EXCEEDED naming what was still awaited, and what Docker's commands throw.
 */
export async function untilReady(
  project: string,
  services: readonly string[],
  options: DockerOptions & { note: (text: string) => void },
  nameOf: (service: string) => string = (service) => service,
): Promise<Readiness> {
  const giveUpAt = performance.now() + options.deadlineMs;
  let awaited = "";
  for await (const { now, containers } of looks(project, services, giveUpAt, options)) {
    if (now.state !== "waiting") return now;
    if (now.on.join() !== awaited) options.note(`waiting for ${now.on.map(nameOf).join(", ")}`);
    awaited = now.on.join();
    if (performance.now() >= giveUpAt) throw tooSlow(now.on, containers, options.deadlineMs, nameOf);
  }
  throw new Error("it is looked at for ever");
}

/**
 * Waits until one of the services has failed for good: for as long as something else is waited for, that ends by the signal.
 *
 * @throws what the signal was aborted with, and what Docker's commands throw.
 */
export async function untilFailed(
  project: string,
  services: readonly string[],
  options: DockerOptions,
): Promise<Failed> {
  for await (const { now } of looks(project, services, Infinity, options))
    if (now.state === "failed") return now;
  throw new Error("it is looked at for ever");
}

/** How the services are, again and again: whenever Docker has told of something, and when the time to give up has come. */
async function* looks(
  project: string,
  services: readonly string[],
  giveUpAt: number,
  options: DockerOptions,
): AsyncGenerator<{ now: Readiness; containers: readonly Container[] }> {
  await using heard = containerEvents(composeLabels.project, project);
  const wakeups = heard.events[Symbol.asyncIterator]();
  let wakeup = wakeups.next();
  const { promise: aborted, resolve: abort } = Promise.withResolvers<undefined>();
  options.signal?.addEventListener("abort", () => abort(undefined), { once: true });
  for (;;) {
    options.signal?.throwIfAborted();
    const containers = await containersOf(project, options);
    yield { now: readiness(services, containers), containers };
    const waitMs = Math.min(lookAtLeastEveryMs, Math.max(0, giveUpAt - performance.now()));
    const event = await Promise.race([wakeup, aborted, Bun.sleep(waitMs)]);
    if (event !== undefined) wakeup = wakeups.next();
  }
}

function tooSlow(
  services: readonly string[],
  containers: readonly Container[],
  deadlineMs: number,
  nameOf: (service: string) => string,
): Failure {
  const names = services.map(nameOf);
  const late = containers.filter(({ service }) => services.includes(service));
  return new Failure("DEADLINE_EXCEEDED", {
    message: `${names.join(", ")} did not become healthy within ${seconds(deadlineMs)}`,
    why: late
      .map((one) => `${nameOf(one.service)} is ${one.status}, ${one.health}${lastProbe(one)}`)
      .join("\n"),
    remedy: "read its last lines in the diagnosis, or give deadlines.stage more time",
    details: { service: names[0], services: names },
  });
}
