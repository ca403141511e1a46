import { realpathSync } from "node:fs";
import { type Configuration, composeProjectOf } from "../../core/config/index.ts";
import { messageOf } from "../../core/errors/index.ts";
import { type BindMount, composeMounts, type DockerOptions } from "../../systems/docker/index.ts";

/** What the Compose files mount from this host; undefined, with the reason, when that cannot be told. */
export type Mounts = { known: true; mounts: readonly BindMount[] } | { known: false; why: string };

/** Asks Compose, for all of the configuration's projects at once, what they mount. */
export async function mountsOf(configuration: Configuration, options: DockerOptions): Promise<Mounts> {
  const { environments, shared } = configuration.platform;
  try {
    const mounts = await Promise.all(
      [environments.blue, environments.green, shared].map((values) =>
        composeMounts(composeProjectOf(configuration, values), options),
      ),
    );
    return { known: true, mounts: mounts.flat().map(real) };
  } catch (thrown) {
    return { known: false, why: messageOf(thrown) };
  }
}

/** Where a database server keeps its data, by where its containers look for them. */
export function databaseFolders(mounts: Mounts): string[] {
  if (!mounts.known) return [];
  return mounts.mounts
    .filter(({ target }) => /\/postgresql(\/|$)/.test(target) || target === "/var/lib/mysql")
    .map(({ source }) => source);
}

function real(mount: BindMount): BindMount {
  try {
    return { ...mount, source: realpathSync(mount.source) };
  } catch {
    return mount;
  }
}
