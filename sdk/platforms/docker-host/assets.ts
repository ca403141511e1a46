import { chmodSync, lstatSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../../core/release/index.ts";
import { containersOf, docker } from "../../systems/docker/index.ts";
import { makeVisibleFolder } from "../../systems/nginx/index.ts";
import type { Work } from "../platform.ts";
import type { Site } from "./site.ts";
import { commandOptions } from "./work.ts";

const arrivingPrefix = ".arriving-";

/**
 * Copies the hashed files of a staged release to where the proxy serves them from, beside those of older releases.
 * A page that was loaded before the switch goes on finding its files, whatever serves now. A file's name tells its
 * content, so one that is there already is the same one.
 */
export async function publishAssets(site: Site, environment: Environment, work: Work): Promise<void> {
  const { project } = site.values.environments[environment];
  const withAssets = site.configuration.services.filter(({ assets }) => assets !== undefined);
  if (withAssets.length === 0) return;
  const containers = await containersOf(project, commandOptions(work));
  for (const { name, assets } of withAssets) {
    const member = site.members(environment).find((candidate) => candidate.name === name);
    const container = containers.findLast(({ service }) => service === member?.composeService);
    if (assets === undefined || container === undefined) continue;
    const target = site.configuration.path(assets.publishTo);
    makeVisibleFolder(target);
    removeArriving(target);
    const arriving = mkdtempSync(join(target, arrivingPrefix));
    try {
      await docker(["container", "cp", `${container.id}:${assets.path}/.`, arriving], commandOptions(work));
      const count = moveNew(arriving, target);
      work.note(`${name}: ${count} new asset${count === 1 ? "" : "s"} published`);
    } finally {
      rmSync(arriving, { recursive: true, force: true });
    }
  }
}

/** What a run left that was killed while it copied. */
function removeArriving(target: string): void {
  for (const name of readdirSync(target)) {
    if (name.startsWith(arrivingPrefix)) rmSync(join(target, name), { recursive: true, force: true });
  }
}

/** Moves regular files that the target lacks; links and special files from an image are not published. */
function moveNew(from: string, to: string): number {
  let moved = 0;
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const target = join(to, entry.name);
    const there = lstatSync(target, { throwIfNoEntry: false });
    if (entry.isDirectory() && (there === undefined || there.isDirectory())) {
      makeVisibleFolder(target);
      moved += moveNew(join(from, entry.name), target);
    } else if (entry.isFile() && there === undefined) {
      // The proxy's workers are other users than whoever built the image.
      chmodSync(join(from, entry.name), 0o644);
      renameSync(join(from, entry.name), target);
      moved += 1;
    }
  }
  return moved;
}
