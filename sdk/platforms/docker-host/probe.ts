import { Failure } from "../../core/errors/index.ts";
import type { Environment } from "../../core/release/index.ts";
import { seconds } from "../../core/text/index.ts";
import { ask } from "../../systems/http/index.ts";
import type { DirectAddress, Work } from "../platform.ts";
import type { Site } from "./site.ts";

const betweenProbesMs = 200;

/** Where the services of an environment answer, past the proxy. */
export function directAddresses(site: Site, environment: Environment): DirectAddress[] {
  return site.configuration.services.flatMap(({ name, ports, health, releaseHeader }) =>
    ports === undefined
      ? []
      : [
          {
            service: name,
            health: `http://127.0.0.1:${ports[environment]}${health.path}`,
            timeoutMs: health.timeout,
            releaseHeader: releaseHeader ?? undefined,
          },
        ],
  );
}

const mostLooks = 3;

/** Whether every service of an environment that can be asked answers well; one that is slow on a busy host is asked again. */
export async function answers(site: Site, environment: Environment, work: Work): Promise<boolean> {
  for (let looks = 1; ; looks += 1) {
    const answered = await Promise.all(
      directAddresses(site, environment).map(({ health, timeoutMs }) =>
        ask(health, { timeoutMs, signal: work.signal }),
      ),
    );
    if (answered.every((answer) => answer.ok && answer.status >= 200 && answer.status < 300)) return true;
    if (looks === mostLooks) return false;
    await Bun.sleep(betweenProbesMs);
  }
}

/**
 * Waits until services whose images have no health check answer 2xx at their configured address.
 *
 * @throws Failure DEADLINE_EXCEEDED with the last answer.
 */
export async function untilAnswering(
  site: Site,
  environment: Environment,
  composeServices: readonly string[],
  work: Work,
): Promise<void> {
  const names = site
    .members(environment)
    .filter(({ composeService }) => composeServices.includes(composeService))
    .map(({ name }) => name);
  const addresses = directAddresses(site, environment).filter(({ service }) => names.includes(service));
  await Promise.all(addresses.map((address) => untilOneAnswers(address, work)));
}

async function untilOneAnswers(address: DirectAddress, work: Work): Promise<void> {
  const giveUpAt = performance.now() + work.deadlineMs;
  work.note(`${address.service} has no health check of its own: asking ${address.health}`);
  for (;;) {
    work.signal.throwIfAborted();
    const answer = await ask(address.health, { timeoutMs: address.timeoutMs, signal: work.signal });
    if (answer.ok && answer.status >= 200 && answer.status < 300) return;
    if (performance.now() >= giveUpAt) {
      throw new Failure("DEADLINE_EXCEEDED", {
        message: `${address.service} did not answer 2xx at ${address.health} within ${seconds(work.deadlineMs)}`,
        why: answer.ok ? `it answered ${answer.status}` : answer.reason,
        remedy: "read its last lines in the diagnosis beside the log file",
        details: { service: address.service },
      });
    }
    await Bun.sleep(betweenProbesMs);
  }
}
