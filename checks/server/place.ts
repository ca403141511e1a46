import { z } from "zod";
import type { CheckContext, Look } from "../../sdk/core/finding/index.ts";
import { containersOf } from "../../sdk/systems/docker/index.ts";
import { oneOrMore, within } from "../options.ts";

/** The options by which a check of a server is told where it is: an address, or a Compose service of this host. */
export const placeOptions = {
  host: z.string().optional().describe("The server's name or address; 127.0.0.1 when no service is named."),
  project: z.string().optional().describe("The Compose project that the server is a service of."),
  service: z.string().optional().describe("The server's service in it; its container's own address is used."),
  neededBy: z
    .array(z.string())
    .default([])
    .describe("The Compose projects that cannot work without it: while one runs, it must be there."),
  start: z
    .string()
    .optional()
    .describe("The command that makes its container, which is told where there is none."),
} as const;

const placeSchema = z.object(placeOptions);
type Place = z.output<typeof placeSchema>;

/** The host to connect to, or the finding, where there is nothing to connect to. */
export type Found = { host: string } | { look: Look };

/** Finds where a server listens now. A container that has another address after each start is no trouble. */
export async function findServer(place: Place, context: CheckContext): Promise<Found> {
  const { host, project, service, neededBy, start } = place;
  if (host !== undefined || project === undefined || service === undefined)
    return { host: host ?? "127.0.0.1" };
  const limits = within(context);
  const container = (await containersOf(project, limits)).findLast(
    (candidate) => candidate.service === service,
  );
  if (container === undefined) {
    const remedy =
      start ?? `bring the service ${service} of the project ${project} up from its Compose files`;
    return { look: await absent({ service, neededBy, remedy }, context) };
  }
  const { name, status, exitCode, addresses } = container;
  // One in the host's own network has no address, and listens where the host does.
  if (status === "running") return { host: addresses[0] ?? "127.0.0.1" };
  const verb = status === "paused" ? "unpause" : "start";
  return {
    look: {
      status: "fail",
      summary: `the container ${name} is ${status}${status === "exited" ? ` with code ${exitCode}` : ""}`,
      remedy: `start it, and read why it went: docker ${verb} ${name}; docker logs --tail 50 ${name}`,
      evidence: { container: name, state: status, exitCode },
    },
  };
}

async function absent(
  { service, neededBy, remedy }: { service: string; neededBy: readonly string[]; remedy: string },
  context: CheckContext,
): Promise<Look> {
  const states = await Promise.all(neededBy.map((project) => containersOf(project, within(context))));
  const running = neededBy.filter((_, index) => states[index]?.some(({ status }) => status === "running"));
  const evidence = { service, running };
  if (running.length === 0) {
    const summary = `${service} has no container yet: the first deployment makes it`;
    return { status: "skip", summary, evidence };
  }
  return {
    status: "fail",
    summary: `${service} has no container, and ${running.join(" and ")} cannot work without`,
    remedy,
    evidence,
  };
}

/** One or more env files, and the variable in them that holds a password. */
export const passwordOptions = (variable: string) =>
  ({
    envFile: oneOrMore(z.string())
      .optional()
      .describe("The env files with the password; none for no password."),
    passwordVariable: z.string().default(variable).describe("The variable in them that holds it."),
  }) as const;
