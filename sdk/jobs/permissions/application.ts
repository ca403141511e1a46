import { type Configuration, composeProjectOf, composeServiceOf } from "../../core/config/index.ts";
import { Failure } from "../../core/errors/index.ts";
import { environments } from "../../core/release/index.ts";
import { composeModel, containersOf, type DockerOptions, imageUser } from "../../systems/docker/index.ts";
import type { Owners } from "./policy/defaults.ts";

type Section = NonNullable<Configuration["permissions"]>;

/**
 * The user that the containers write as: the configuration's, or that of the image of the service which `userOf` names, as
 * its container runs it, or else as the Compose file names it.
 *
 * @throws Failure PERMISSIONS_POLICY when no image says a user in numbers; and what Docker and Compose throw.
 */
export async function applicationUser(
  configuration: Configuration,
  { uid, gid, userOf }: Section,
  options: DockerOptions,
): Promise<Owners["application"]> {
  if (userOf === undefined) return { uid, gid };
  const service = configuration.services.find(({ name }) => name === userOf);
  if (service === undefined) {
    throw new Failure("PERMISSIONS_POLICY", {
      message: `permissions.userOf names the service ${userOf}, which there is none of`,
      remedy: `name one of ${configuration.services.map(({ name }) => name).join(", ")}`,
    });
  }
  for (const environment of environments) {
    const project = composeProjectOf(configuration, configuration.platform.environments[environment]);
    const name = composeServiceOf(service, environment);
    const containers = await containersOf(project.project, options);
    const image =
      containers.findLast((container) => container.service === name)?.image ??
      (await composeModel(project, options)).find((described) => described.name === name)?.image;
    const user = image === undefined ? undefined : await imageUser(image, options);
    if (user !== undefined) return asNumbers(user, userOf);
  }
  throw new Failure("PERMISSIONS_POLICY", {
    message: `the user of the service ${userOf} cannot be told: its image is not on this host`,
    remedy: "build or pull it first, or write permissions.uid and permissions.gid in place of userOf",
  });
}

/** `1001`, `1001:1001`; nothing at all is root. */
function asNumbers(user: string, service: string): Owners["application"] {
  const [, uid = "0", gid] = /^(\d+)(?::(\d+))?$/.exec(user === "" ? "0" : user) ?? [];
  if (user !== "" && !/^\d+(:\d+)?$/.test(user)) {
    throw new Failure("PERMISSIONS_POLICY", {
      message: `the image of ${service} runs as "${user}", which is a name and not a number`,
      why: "what number it has is known inside of the image only",
      remedy: "write permissions.uid and permissions.gid, or USER with numbers in the Dockerfile",
    });
  }
  return { uid: Number(uid), gid: Number(gid ?? uid) };
}
