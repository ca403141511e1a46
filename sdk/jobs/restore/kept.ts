import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Configuration } from "../../core/config/index.ts";
import { followLink } from "../../core/files/index.ts";
import { connectForMaintenance, markedDatabases, type Server } from "../../systems/postgres/index.ts";
import { targetsOf } from "../backup/index.ts";
import { readBeside } from "./items/path-names.ts";

/** Something that a restore has left beside what serves: what stood there before, or what was restored to be looked at. */
export interface Beside {
  type: "postgres" | "sqlite" | "directory" | "file";
  state: "kept" | "restored";
  /** The database or path that it belongs to. */
  target: string;
  /** The database or path that it is. */
  at: string;
  /** When it was put there, as ISO time. */
  since: string;
  backup?: string | undefined;
  /** Bytes, where that is known. */
  size?: number | undefined;
}

/** Whether there is a database server that restores may have left something on. */
export function hasServer({ database }: Configuration): boolean {
  return database.mode === "shared" && database.user !== undefined;
}

/** What was kept or restored beside the folders and files that the configuration names, newest first. */
export function pathsBeside(configuration: Configuration): Beside[] {
  return targetsOf(configuration)
    .flatMap((target) => ("path" in target ? [target] : []))
    .flatMap(({ type, path }) => {
      const target = (type === "sqlite" ? followLink(path) : undefined) ?? path;
      return besideOf(target).map((found): Beside => ({ type, target, ...found }));
    })
    .sort(newestFirst);
}

function besideOf(path: string): Pick<Beside, "state" | "at" | "since">[] {
  const folder = dirname(path);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const found = readBeside(name);
    if (found?.target !== basename(path)) return [];
    return [{ state: found.state, at: join(folder, name), since: timeOf(found.stamp) }];
  });
}

/** `20261126_110000` as ISO time. */
function timeOf(stamp: string): string {
  return stamp.replace(/^(....)(..)(..)_(..)(..)(..)$/, "$1-$2-$3T$4:$5:$6Z");
}

/**
 * What is kept or was restored of databases on the server, newest first.
 *
 * @throws Failure DATABASE_*
 */
export async function databasesBeside(configuration: Configuration, server: Server): Promise<Beside[]> {
  await using session = await connectForMaintenance(server, {});
  const marked = await markedDatabases(session, configuration.project);
  return marked.flatMap(({ name, marker: { state, database, at, backup }, size }): Beside[] =>
    state === "restoring"
      ? []
      : [{ type: "postgres", state, target: database, at: name, since: at, backup, size }],
  );
}

/** Sorts what was left beside by when it was, the newest first. */
export function newestFirst(one: Beside, other: Beside): number {
  return other.since.localeCompare(one.since);
}
