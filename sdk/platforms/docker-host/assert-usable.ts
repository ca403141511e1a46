import { accessSync, constants, existsSync } from "node:fs";
import { Failure, messageOf } from "../../core/errors/index.ts";
import type { Share } from "../../core/process/index.ts";
import { environments, releaseToCome } from "../../core/release/index.ts";
import { type ComposeProject, composeModel, docker, findCompose } from "../../systems/docker/index.ts";
import { assertSeesMarker } from "./marker-mount.ts";
import { variables } from "./override.ts";
import type { Site } from "./site.ts";

const deadlineMs = 30_000;

/**
 * Refuses what no deployment could be carried out with, before anything changes.
 *
 * @throws Failure COMPOSE_FILE_MISSING, ENV_FILE_UNREADABLE, TOOL_MISSING, DOCKER_DOWN, DOCKER_DENIED,
 *   COMPOSE_FILE_INVALID, SERVICE_UNKNOWN, PROXY_DISAGREES
 */
export async function assertUsable(site: Site, share: Share): Promise<void> {
  const projects = [site.shared, ...environments.map(site.project)];
  for (const project of projects) assertFiles(project);
  findCompose();
  await docker(["version", "--format", "{{.Server.Version}}"], { deadlineMs });
  await Promise.all([
    assertSeesMarker(site),
    assertServices(site.shared, site.shared.services, {}, share),
    ...environments.map((environment) =>
      assertServices(
        site.project(environment),
        site.members(environment).map(({ composeService }) => composeService),
        variables(environment, releaseToCome),
        share,
      ),
    ),
  ]);
}

function assertFiles(project: ComposeProject): void {
  for (const file of project.files) {
    if (existsSync(file)) continue;
    throw new Failure("COMPOSE_FILE_MISSING", {
      message: `there is no Compose file ${file}`,
      remedy: `mend the files of the Compose project ${project.project} in the configuration`,
    });
  }
  for (const file of project.envFiles) assertReadable(file);
}

function assertReadable(file: string): void {
  try {
    accessSync(file, constants.R_OK);
  } catch (cause) {
    throw new Failure("ENV_FILE_UNREADABLE", {
      message: `the environment file ${file} cannot be read`,
      why: messageOf(cause),
      remedy: "make it, with mode 0600 and owned by the user who deploys",
      cause,
    });
  }
}

async function assertServices(
  on: ComposeProject,
  services: readonly string[],
  env: Record<string, string>,
  share: Share,
): Promise<void> {
  const model = await composeModel(on, { deadlineMs, env, share });
  const known = model.map(({ name }) => name);
  const unknown = services.filter((service) => !known.includes(service));
  if (unknown.length === 0) return;
  throw new Failure("SERVICE_UNKNOWN", {
    message: `the Compose project ${on.project} has no service ${unknown.join(", ")}`,
    why: `its files name ${known.join(", ")}`,
    remedy: "mend services, or their composeService, in the configuration",
  });
}
