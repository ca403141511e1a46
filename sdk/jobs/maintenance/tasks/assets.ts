import { existsSync, lstatSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { counted } from "../../../core/text/index.ts";
import { filesOfImage, findImage } from "../../../systems/docker/index.ts";
import type { Kept, MaintenanceDesk } from "../desk.ts";
import { done, skipped, type Task } from "../task.ts";

const deadlineMs = 300_000;
const dayMs = 86_400_000;

/** Removes published files that no kept release has, and that were published more than `assetsKeepDays` ago. */
export const assets: Task = {
  name: "assets",
  title: "files of old releases",
  async run(desk) {
    const { configuration, dryRun } = desk;
    const published = configuration.services.flatMap(({ name, assets: of }) =>
      of === undefined ? [] : [{ name, ...of }],
    );
    if (published.length === 0) return skipped("no service publishes files");
    const kept = desk.kept();
    if (kept.unfinished !== undefined)
      return skipped(`run ${kept.unfinished} was cut off, and may need them`);
    const unknown = await unknownRelease(kept, desk);
    if (unknown !== undefined) return skipped(unknown);
    const folders = new Set<string>();
    // Of all services together: they may publish into one folder, or one of them below another's.
    const wanted = new Set<string>();
    for (const { name, path, publishTo } of published) {
      const target = configuration.path(publishTo);
      if (!existsSync(target)) continue;
      const folder = realpathSync(target);
      folders.add(folder);
      for (const file of await filesOfKept(kept, desk, name, path)) wanted.add(join(folder, file));
    }
    const found = [...folders].flatMap((folder) => oldFiles(folder, desk));
    const old = [...new Set(found)].filter((file) => !wanted.has(file));
    if (!dryRun) for (const file of old) rmSync(file, { force: true });
    const days = configuration.maintenance.assetsKeepDays;
    const what = dryRun ? "would be removed" : "removed";
    return done(`${counted(old.length, "file")} over ${days} days ${what}`, { removed: old });
  },
};

/** Why it cannot be known which files are still needed; undefined when it can. */
async function unknownRelease(kept: Kept, { signal }: MaintenanceDesk): Promise<string | undefined> {
  if (kept.inService.length === 0) return "nothing has been deployed yet";
  const unpinned = kept.inService.find((id) => !kept.pinned.some((release) => release.id === id));
  if (unpinned !== undefined) return `release ${unpinned} is not known here: its files cannot be told`;
  for (const { id, images } of kept.pinned) {
    for (const image of Object.values(images)) {
      if ((await findImage(image, { deadlineMs, signal })) === undefined) {
        return `an image of release ${id} is not on this host: its files cannot be told`;
      }
    }
  }
  return undefined;
}

async function filesOfKept(
  kept: Kept,
  { signal, tool }: MaintenanceDesk,
  service: string,
  path: string,
): Promise<Set<string>> {
  const wanted = new Set<string>();
  for (const image of new Set(kept.pinned.flatMap(({ images }) => images[service] ?? []))) {
    for (const file of await filesOfImage(image, path, { deadlineMs, signal, onLine: tool }))
      wanted.add(file);
  }
  return wanted;
}

/** A file's change time is that of its publication, or later; its modification time comes from the image. */
function oldFiles(folder: string, { now, configuration }: MaintenanceDesk): string[] {
  const limitMs = now.getTime() - configuration.maintenance.assetsKeepDays * dayMs;
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const paths = entries.map((entry) => join(entry.parentPath, entry.name));
  return paths.filter((path) => lstatSync(path).ctimeMs < limitMs);
}
