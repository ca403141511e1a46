import type { Environment } from "../../core/release/index.ts";
import type { EnvironmentStatus, ServiceStatus, Status } from "./status.ts";

/**
 * What keeps the active environment from serving, a sentence each; nothing when it serves.
 *
 * @param start the command that starts a proxy that is down
 */
export function problemsOf(
  { proxy, active, environments }: Pick<Status, "proxy" | "active" | "environments">,
  start?: string,
): string[] {
  if (active === undefined) return ["where the requests go is not known"];
  const down =
    proxy === "down"
      ? [`the proxy does not answer${start === undefined ? "" : `; this starts it: ${start}`}`]
      : [];
  return [...down, ...environmentProblems(active, environments[active])];
}

function environmentProblems(active: Environment, { state, services }: EnvironmentStatus): string[] {
  switch (state) {
    case "absent":
      return [`nothing runs in ${active}, to which the proxy points`];
    case "stopped":
      return [`${active}, to which the proxy points, is stopped`];
    case "unknown":
    case "partial":
    case "ready":
      return services.flatMap((service) => problemOf(service) ?? []);
  }
}

function problemOf({ name, state, direct, frontDoor }: ServiceStatus): string | undefined {
  if (state !== "ready" && state !== "unknown") return `${name} is ${state}`;
  const answer = frontDoor ?? direct;
  return answer?.ok === false ? answer.summary : undefined;
}
