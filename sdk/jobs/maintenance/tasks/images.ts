import type { Configuration } from "../../../core/config/index.ts";
import { counted } from "../../../core/text/index.ts";
import {
  type DockerOptions,
  type ImageName,
  imageNames,
  imagesInUse,
  namelessImages,
  pruneBuildCache,
  removeImage,
} from "../../../systems/docker/index.ts";
import type { Kept } from "../desk.ts";
import { done, skipped, type Task } from "../task.ts";

const deadlineMs = 300_000;
/** What the builder has kept and nobody has used for so long makes no build faster any more. */
const cacheDays = 30;

/**
 * Removes images of releases that nothing leads back to, images that builds left without a name, and old build cache. Only
 * images of this project, and never one of a kept release, one that a container was made from, or one that another is built on.
 */
export const images: Task = {
  name: "images",
  title: "unused images",
  async run(desk) {
    const { dryRun, signal, tool } = desk;
    const kept = desk.kept();
    if (kept.unfinished !== undefined)
      return skipped(`run ${kept.unfinished} was cut off, and may need them`);
    if (kept.inService.length === 0)
      return skipped("no deployment is recorded: nothing tells which images are needed");
    const options: DockerOptions = { deadlineMs, signal, onLine: tool };
    const unused = await unusedImages(desk.configuration, kept, options);
    if (dryRun) return done(`${counted(unused.length, "image")} would be removed`, { unused });
    const removed: string[] = [];
    const inUse: string[] = [];
    for (const name of unused) ((await removeImage(name, options)) ? removed : inUse).push(name);
    const cache = await pruneBuildCache(cacheDays, options);
    const left = inUse.length === 0 ? "" : `, ${inUse.length} in use after all`;
    return done(`${counted(removed.length, "image")} removed${left}; ${cache} of build cache`, {
      removed,
      inUse,
      cache,
    });
  },
};

async function unusedImages(
  { project, platform, services }: Configuration,
  kept: Kept,
  options: DockerOptions,
): Promise<string[]> {
  const names = await imageNames(`${project}/`, options);
  const ours = new Set(services.map(({ name }) => `${project}/${name.toLowerCase()}`));
  const used = new Set([
    ...(await imagesInUse(options)),
    ...kept.pinned.flatMap(({ images: of }) => Object.values(of)),
  ]);
  const isUnused = ({ repository, tag, id }: ImageName) =>
    ours.has(repository) && !kept.releases.includes(tag) && !used.has(id);
  const composeProjects = [platform.environments.blue, platform.environments.green, platform.shared].map(
    (one) => one.project,
  );
  const nameless = await Promise.all(
    [...new Set(composeProjects)].map((name) => namelessImages(name, options)),
  );
  return [
    ...names.filter(isUnused).map(({ repository, tag }) => `${repository}:${tag}`),
    ...new Set(nameless.flat().filter((id) => !used.has(id))),
  ];
}
