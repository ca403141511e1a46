import { z } from "zod";
import { Failure } from "../../sdk/core/errors/index.ts";
import type { CheckContext } from "../../sdk/core/finding/index.ts";
import { type Container, containersOf, inspect } from "../../sdk/systems/docker/index.ts";
import { oneOrMore, within } from "../options.ts";

/** The options by which a check is told which containers are meant. */
export const chosenOptions = {
  container: oneOrMore(z.string()).optional().describe("The containers, by name or id."),
  project: z
    .string()
    .optional()
    .describe("The Compose project whose containers are meant, where none is named."),
  services: z
    .array(z.string())
    .default([])
    .describe("The services of the project; all that have a container when none is named."),
} as const;

export interface Chosen {
  container?: string[] | undefined;
  project?: string | undefined;
  services: string[];
}

/** The rule that goes with `chosenOptions`. */
export const namesContainers = ({ container, project }: Chosen): boolean =>
  container !== undefined || project !== undefined;

/** What a person is told who names none. */
export const nobodyNamed = "expected a container or a project";

/**
 * The running containers that the options mean; there is at least one of each that is named.
 *
 * @throws Failure CONTAINER_MISSING, and what Docker's commands throw.
 */
export async function chosenContainers(chosen: Chosen, context: CheckContext): Promise<Container[]> {
  const { container: named, project = "" } = chosen;
  const found =
    named === undefined
      ? await containersOf(project, within(context))
      : await inspect(named, within(context));
  const running = found.filter(({ status }) => status === "running");
  const meant =
    named === undefined && chosen.services.length > 0
      ? running.filter(({ service }) => chosen.services.includes(service))
      : running;
  const absent =
    named === undefined
      ? chosen.services.filter((name) => !meant.some(({ service }) => service === name))
      : named.filter((wanted) => !meant.some(({ id, name }) => name === wanted || id.startsWith(wanted)));
  if (absent.length > 0) throw missing(absent.join(", "), named === undefined ? project : undefined);
  if (meant.length === 0) throw missing("nothing", project);
  return meant;
}

function missing(what: string, project: string | undefined): Failure {
  const where = project === undefined ? "" : ` in ${project}`;
  const filter = project === undefined ? "" : ` --filter label=com.docker.compose.project=${project}`;
  return new Failure("CONTAINER_MISSING", {
    message: what === "nothing" ? `no container runs${where}` : `no container runs for ${what}${where}`,
    remedy: `see what there is: docker ps --all${filter}`,
  });
}
