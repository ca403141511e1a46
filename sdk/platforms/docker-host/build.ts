import { Failure } from "../../core/errors/index.ts";
import type { Environment, Release } from "../../core/release/index.ts";
import {
  type ComposeProject,
  compose,
  composeModel,
  containersOf,
  docker,
  findImage,
  tagImage,
} from "../../systems/docker/index.ts";
import type { Work } from "../platform.ts";
import { buildOverride, imageName, variables, withOverride } from "./override.ts";
import type { Member, Site } from "./site.ts";
import { commandOptions } from "./work.ts";

/**
 * Builds the services that Compose builds, pulls the others, and pins each to the content it got.
 *
 * @throws Failure BUILD_FAILED, IMAGE_MISSING, COMPOSE_FILE_INVALID
 */
export async function build(
  site: Site,
  release: { id: string; source: string | undefined },
  environment: Environment,
  work: Work,
): Promise<Release> {
  const env = variables(environment, release.id);
  await buildShared(site, work);
  const members = site.members(environment);
  const model = await composeModel(site.project(environment), { ...commandOptions(work), env });
  const built = members.filter((member) => model.find(({ name }) => name === member.composeService)?.built);
  const override = buildOverride(site.configuration.project, built, release.id);
  const on = await withOverride(site, site.project(environment), `${environment}.build`, override);
  if (built.length > 0) {
    work.note(`building ${built.map(({ name }) => name).join(", ")}`);
    await composeBuild(
      on,
      built.map(({ composeService }) => composeService),
      work,
      env,
    );
  }
  const images = await Promise.all(
    members.map(async (member) => {
      const name = imageName(site.configuration.project, member, release.id);
      if (!built.includes(member)) {
        const asked = model.find((service) => service.name === member.composeService)?.image ?? name;
        await pulled(site, asked, work);
        await tagImage(asked, name, commandOptions(work));
      }
      return [member.name, await pinned(name, member, work)] as const;
    }),
  );
  return {
    id: release.id,
    ...(release.source === undefined ? {} : { source: release.source }),
    createdAt: new Date().toISOString(),
    images: Object.fromEntries(images),
  };
}

/** The images of what both environments use are built once, before its first start; it is never replaced under traffic. */
async function buildShared(site: Site, work: Work): Promise<void> {
  const there = await containersOf(site.shared.project, commandOptions(work));
  if (site.shared.services.every((service) => there.some((container) => container.service === service)))
    return;
  const model = await composeModel(site.shared, commandOptions(work));
  const wanted = model.filter(({ name, built }) => built && site.shared.services.includes(name));
  if (wanted.length === 0) return;
  // Services may share an image, and Compose would build it once for each of them.
  const built = [...new Map(wanted.map((service) => [service.image ?? service.name, service])).values()];
  work.note(`building ${built.map(({ name }) => name).join(", ")}`);
  await composeBuild(
    site.shared,
    built.map(({ name }) => name),
    work,
    {},
  );
}

async function composeBuild(
  on: ComposeProject,
  services: readonly string[],
  work: Work,
  env: Record<string, string>,
): Promise<void> {
  const completed = await compose(on, ["build", ...services], { ...commandOptions(work), env });
  if (completed.exitCode === 0) return;
  throw new Failure("BUILD_FAILED", {
    message: `the images of ${services.join(", ")} could not be built`,
    why: (completed.stderr || completed.stdout).trim().split("\n").slice(-8).join("\n"),
    remedy: "read the build's output in the log file; the environment that serves was not touched",
  });
}

async function pulled(site: Site, image: string, work: Work): Promise<void> {
  if (site.values.images.pull === "missing" && (await findImage(image, commandOptions(work))) !== undefined)
    return;
  work.note(`pulling ${image}`);
  await docker(["pull", "--quiet", image], commandOptions(work)).catch((cause: unknown) => {
    throw new Failure("IMAGE_MISSING", {
      message: `the image ${image} cannot be pulled`,
      why: cause instanceof Failure ? cause.why : String(cause),
      remedy: 'log in to its registry, or use the copy on this host with platform.images.pull: "missing"',
    });
  });
}

async function pinned(name: string, member: Member, work: Work): Promise<string> {
  const image = await findImage(name, commandOptions(work));
  if (image !== undefined) return image.id;
  throw new Failure("IMAGE_MISSING", {
    message: `there is no image ${name} for ${member.name}`,
    remedy: "read the build's output in the log file",
  });
}
