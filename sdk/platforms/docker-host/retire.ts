import type { Environment, Release } from "../../core/release/index.ts";
import { containersOf, docker, findImage } from "../../systems/docker/index.ts";
import type { Work } from "../platform.ts";
import { endLeftMigrations } from "./migrate.ts";
import { labels, type Site } from "./site.ts";
import { commandOptions } from "./work.ts";

/** Stops an environment's containers in good order; they stay, so that they can be started again. */
export async function stop(site: Site, environment: Environment, work: Work): Promise<void> {
  const running = (await ownContainers(site, environment, work)).filter(({ status }) => status !== "exited");
  if (running.length === 0) return;
  await docker(["container", "stop", ...running.map(({ id }) => id)], commandOptions(work));
}

/** Removes an environment's containers, by id, and a migration that outlived its run; volumes and networks stay. */
export async function remove(site: Site, environment: Environment, work: Work): Promise<void> {
  await endLeftMigrations(site, work);
  await stop(site, environment, work);
  const own = await ownContainers(site, environment, work);
  if (own.length === 0) return;
  await docker(["container", "rm", "--force", ...own.map(({ id }) => id)], commandOptions(work));
}

/** Whether every image that a release is pinned to is still on this host. */
export async function hasImages(release: Release): Promise<boolean> {
  const found = await Promise.all(
    Object.values(release.images).map((image) => findImage(image, { deadlineMs: 20_000 })),
  );
  return found.length > 0 && found.every((image) => image !== undefined);
}

/**
 * The containers of an environment, running or not: of its services, and of one that was started in it and has been taken
 * out of the configuration since.
 */
export async function ownContainers(site: Site, environment: Environment, work: Work) {
  const services = site.members(environment).map(({ composeService }) => composeService);
  const all = await containersOf(site.values.environments[environment].project, commandOptions(work));
  return all.filter(
    (container) =>
      services.includes(container.service) || container.labels[labels.environment] === environment,
  );
}
