import type { Environment } from "../../core/release/index.ts";
import { type ContainerEvent, composeLabels, containerEvents } from "../../systems/docker/index.ts";
import type { Trouble } from "../platform.ts";
import type { Site } from "./site.ts";

/** Tells when a container of the environment dies, is killed for want of memory, or becomes unhealthy. */
export function troubles(
  site: Site,
  environment: Environment,
): AsyncDisposable & { events: AsyncGenerator<Trouble> } {
  const members = site.members(environment);
  const heard = containerEvents(composeLabels.project, site.values.environments[environment].project);
  async function* events(): AsyncGenerator<Trouble> {
    for await (const event of heard.events) {
      // What `docker compose run` starts beside a service ends when its work is done.
      if (event.attributes[composeLabels.oneOff]?.toLowerCase() === "true") continue;
      const member = members.find(
        ({ composeService }) => event.attributes[composeLabels.service] === composeService,
      );
      const reason = troubleIn(event);
      if (member !== undefined && reason !== undefined) yield { service: member.name, reason };
    }
  }
  return { events: events(), [Symbol.asyncDispose]: () => heard[Symbol.asyncDispose]() };
}

function troubleIn(event: ContainerEvent): string | undefined {
  if (event.action === "oom") return "was killed for want of memory";
  if (event.action === "die") return `died with exit code ${event.attributes["exitCode"] ?? "unknown"}`;
  if (event.action === "health_status: unhealthy") return "became unhealthy";
  return undefined;
}
