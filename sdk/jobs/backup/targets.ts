import { basename } from "node:path";
import type { Configuration } from "../../core/config/index.ts";
import { Failure } from "../../core/errors/index.ts";
import { isWithin } from "../../core/files/index.ts";
import { backupsFolder } from "./desk.ts";

/** One thing that is to be backed up. */
export type Target =
  | { type: "postgres"; name: string }
  | { type: "globals"; name: string /** The database that is connected to for it. */; database: string }
  | { type: "sqlite" | "directory" | "file"; name: string; path: string };

/** The databases, folders and files that the configuration names, each once. A folder that both environments use is one. */
export function targetsOf(configuration: Configuration): Target[] {
  const { uploads, platform, backups, path } = configuration;
  const tree = (type: "sqlite" | "directory" | "file", paths: readonly string[]) =>
    [...new Set(paths.map(path))].map((place): Target => ({ type, name: basename(place), path: place }));
  const targets = [
    ...databaseTargets(configuration),
    ...tree("sqlite", backups.sqlite),
    ...tree("directory", [
      ...(uploads === undefined ? [] : [uploads.blue, uploads.green]),
      ...backups.directories,
    ]),
    ...tree("file", [...platform.proxy.configFiles, ...backups.files]),
  ];
  return withOwnNames(targets);
}

function databaseTargets({ database, backups }: Configuration): Target[] {
  if (database.mode !== "shared" || database.name === undefined) return [];
  const names = [...new Set([database.name, ...backups.databases])];
  return [
    ...names.map((name): Target => ({ type: "postgres", name })),
    { type: "globals", name: "globals", database: database.name },
  ];
}

/** Two folders may have one last name: a number tells them apart, one that makes no name which another of them has. */
function withOwnNames(targets: readonly Target[]): Target[] {
  const keyOf = ({ type }: Target, name: string) => `${type} ${name}`;
  const own = new Set(targets.map((target) => keyOf(target, target.name)));
  const taken = new Set<string>();
  return targets.map((target) => {
    let name = target.name;
    for (let count = 2; taken.has(keyOf(target, name)); count += 1) {
      const numbered = `${target.name}-${count}`;
      if (!own.has(keyOf(target, numbered))) name = numbered;
    }
    taken.add(keyOf(target, name));
    return { ...target, name };
  });
}

/**
 * The targets of a run: all of them, or one database with the server's roles.
 *
 * @throws Failure NOTHING_TO_BACK_UP, DATABASE_UNKNOWN, CONFIG_INVALID when a folder holds the backups themselves
 */
export function chosenTargets(configuration: Configuration, database: string | undefined): Target[] {
  const targets = targetsOf(configuration);
  if (targets.length === 0) throw nothing();
  const backups = backupsFolder(configuration);
  for (const target of targets)
    if (target.type === "directory" && isWithin(backups, target.path)) throw endless(target.path, backups);
  if (database === undefined) return targets;
  const isChosen = ({ type, name }: Target) =>
    (type === "postgres" || type === "sqlite") && name === database;
  const chosen = targets.find(isChosen) ?? unknown(database, targets);
  return chosen.type === "sqlite" ? [chosen] : [chosen, ...targets.filter(({ type }) => type === "globals")];
}

function endless(folder: string, backups: string): Failure {
  return new Failure("CONFIG_INVALID", {
    message: `the folder ${folder} is to be backed up, and holds the backups`,
    why: `each backup would hold all those before it, which are in ${backups}`,
    remedy: "name the folders in it that are wanted, or a backups.directory elsewhere",
    details: { folder, backups },
  });
}

function nothing(): Failure {
  return new Failure("NOTHING_TO_BACK_UP", {
    message: "the configuration names nothing to back up",
    remedy:
      "name the database (database.service or database.host, with name and user), uploads, or backups.directories; docs/configuration.md has them",
  });
}

function unknown(database: string, targets: readonly Target[]): never {
  const names = targets
    .filter(({ type }) => type === "postgres" || type === "sqlite")
    .map(({ name }) => name);
  throw new Failure("DATABASE_UNKNOWN", {
    message: `the configuration names no database ${database}`,
    why: names.length === 0 ? "it names none at all" : `it names ${names.join(", ")}`,
    remedy: "name one of these with --database, or add it to backups.databases",
    exitCode: 2,
  });
}
