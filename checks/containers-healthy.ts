import { z } from "zod";
import type { Look } from "../sdk/core/finding/index.ts";
import { type Container, containersOf } from "../sdk/systems/docker/index.ts";
import { defineCheck } from "./define.ts";
import { within } from "./options.ts";

/** Whether every container of a Compose project runs, is healthy, and has not died since it was started. */
export const containersHealthy = defineCheck({
  id: "containers-healthy",
  title: "Containers",
  summary: "Whether every container of a Compose project runs, is healthy, and has not died",
  example: "--project shop-blue",
  deadline: "20s",
  options: z.strictObject({
    project: z.string().describe("The Compose project."),
    services: z
      .array(z.string())
      .default([])
      .describe("The services that must have a container; all that there are when none is named."),
  }),
  look: async ({ project, services }, context): Promise<Look> => {
    const all = await containersOf(project, within(context));
    const containers = all.filter(({ service }) => services.length === 0 || services.includes(service));
    const absent = services.filter((name) => !containers.some(({ service }) => service === name));
    const evidence = { containers: containers.map(evidenceOf), absent };
    const faults = [
      ...absent.map((service) => `${service} has no container`),
      ...containers.flatMap(faultsOf),
    ];
    if (containers.length === 0 && faults.length === 0) faults.push(`${project} has no container at all`);
    if (faults.length > 0) {
      const [first] = containers.filter((container) => faultsOf(container).length > 0);
      const service = first?.service ?? absent[0];
      return {
        status: "fail",
        summary: faults.join("; "),
        remedy:
          first === undefined
            ? `docker ps --all --filter label=com.docker.compose.project=${project}`
            : `docker logs --tail 50 ${first.name}`,
        evidence: { ...evidence, service },
      };
    }
    const unchecked = containers.filter(({ health }) => health === "none").map(({ service }) => service);
    const note = unchecked.length === 0 ? "" : ` (${unchecked.join(", ")} without a health check)`;
    return { status: "pass", summary: `${containers.length} run and are healthy${note}`, evidence };
  },
});

function faultsOf(container: Container): string[] {
  const { name, status, health, restarts, outOfMemory, exitCode, error } = container;
  const ended = status === "running" ? "" : `, exit code ${exitCode}${error === "" ? "" : `, ${error}`}`;
  return [
    status === "running" ? "" : `${name} is ${status}${ended}`,
    status === "running" && health !== "healthy" && health !== "none" ? `${name} is ${health}` : "",
    restarts > 0
      ? `${name} has died and been restarted ${restarts === 1 ? "once" : `${restarts} times`}`
      : "",
    outOfMemory ? `${name} ran out of memory` : "",
  ].filter(Boolean);
}

function evidenceOf({ name, status, health, restarts, outOfMemory, exitCode, startedAt }: Container) {
  return { name, status, health, restarts, outOfMemory, exitCode, startedAt };
}
