import { lastRun } from "../../sdk/core/calendar/index.ts";
import { type Configuration, composeProjectOf, type DockerHostValues } from "../../sdk/core/config/index.ts";
import { type Environment, environments } from "../../sdk/core/release/index.ts";
import { composeCommand } from "../../sdk/systems/docker/index.ts";
import { isPrivate } from "../../sdk/systems/postgres/index.ts";
import { backupFreshness } from "../backup-freshness.ts";
import type { BoundCheck } from "../define.ts";
import { modelWeights } from "../model-weights.ts";
import { pendingMigrations } from "../pending-migrations.ts";
import { postgresReadWrite } from "../postgres-read-write.ts";
import { postgresReady } from "../postgres-ready.ts";
import { redisReadWrite } from "../redis-read-write.ts";
import { redisReady } from "../redis-ready.ts";
import { uploadFolders } from "../upload-folders.ts";

/** What outlives a release: databases, caches, files and backups, as far as the configuration names them. */
export function dataChecks(
  configuration: Configuration,
  values: DockerHostValues,
  target: Environment,
): BoundCheck[] {
  return [
    ...databaseChecks(configuration, values, target),
    ...redisChecks(configuration, values, target),
    ...uploadChecks(configuration),
    ...weightChecks(configuration),
    ...backupChecks(configuration),
  ];
}

/** Where a shared server is: its service, or its address. Both environments need it. */
function placeOf(
  configuration: Configuration,
  { service, host, port }: { service?: string | undefined; host?: string | undefined; port: number },
  values: DockerHostValues,
  containerPort: number,
) {
  if (host !== undefined) return { host, port };
  const neededBy = environments.map((environment) => values.environments[environment].project);
  const shared = composeProjectOf(configuration, values.shared);
  const start = service === undefined ? undefined : composeCommand(shared, ["up", "-d", service]);
  return { project: shared.project, service, port: containerPort, neededBy, start };
}

/** The environment's own env files win over those of the shared project, as they do for its containers. */
function envFilesOf(configuration: Configuration, values: DockerHostValues, target: Environment) {
  const projects = [values.shared, values.environments[target]];
  const files = projects.flatMap((project) => composeProjectOf(configuration, project).envFiles);
  return files.length === 0 ? {} : { envFile: files };
}

function databaseChecks(
  configuration: Configuration,
  values: DockerHostValues,
  target: Environment,
): BoundCheck[] {
  const { database, path } = configuration;
  const options = databaseOptionsOf(configuration, values, target);
  if (options === undefined) return [];
  const ready = postgresReady.with(options);
  const migrations = database.mode === "none" ? undefined : database.migrations;
  if (migrations?.files === undefined) return [ready];
  const { table, column } = migrations;
  return [ready, pendingMigrations.with({ ...options, files: path(migrations.files), table, column })];
}

/** How a check reaches the database that both environments share; undefined where none is named. */
function databaseOptionsOf(configuration: Configuration, values: DockerHostValues, target: Environment) {
  const { database, path } = configuration;
  if (database.mode !== "shared" || database.name === undefined || database.user === undefined)
    return undefined;
  if (database.service === undefined && database.host === undefined) return undefined;
  const { name, user, passwordVariable, tls, host } = database;
  return {
    ...placeOf(configuration, database, values, 5432),
    ...envFilesOf(configuration, values, target),
    database: name,
    user,
    passwordVariable,
    // As everywhere: what leaves this machine is encrypted, whether that was asked for or not.
    tls: host !== undefined && (tls !== undefined || !isPrivate(host)),
    ca: tls?.caFile === undefined ? undefined : path(tls.caFile),
  };
}

/** How a check reaches Redis; undefined where none is named. */
function redisOptionsOf(configuration: Configuration, values: DockerHostValues, target: Environment) {
  const { redis } = configuration;
  if (redis === undefined) return undefined;
  const { passwordVariable } = redis;
  const password =
    passwordVariable === undefined ? {} : { ...envFilesOf(configuration, values, target), passwordVariable };
  return { ...placeOf(configuration, redis, values, 6379), ...password };
}

function redisChecks(
  configuration: Configuration,
  values: DockerHostValues,
  target: Environment,
): BoundCheck[] {
  const options = redisOptionsOf(configuration, values, target);
  if (options === undefined || configuration.redis === undefined) return [];
  return [redisReady.with({ ...options, persistent: configuration.redis.persistent })];
}

/** Whether what the new environment shares with the old one takes its reads and writes, with its own variables. */
export function readWriteChecks(
  configuration: Configuration,
  values: DockerHostValues,
  target: Environment,
): BoundCheck[] {
  const database = databaseOptionsOf(configuration, values, target);
  const redis = redisOptionsOf(configuration, values, target);
  return [
    ...(database === undefined ? [] : [postgresReadWrite.with(database)]),
    ...(redis === undefined ? [] : [redisReadWrite.with(redis)]),
  ];
}

function uploadChecks({ uploads, permissions, path }: Configuration): BoundCheck[] {
  if (uploads === undefined) return [];
  const { blue, green, subdirectories } = uploads;
  const folders = { path: [path(blue), path(green)], one: true, subdirectories };
  return [uploadFolders.with({ ...folders, ...writerOf(permissions) })];
}

function weightChecks({ weights, path }: Configuration): BoundCheck[] {
  if (weights === undefined || weights.files.length === 0) return [];
  const { directory, files, minSize, sha256 } = weights;
  return [modelWeights.with({ directory: path(directory), file: files, minSize, sha256 })];
}

/** Who writes uploads, where the configuration says; the step after the checks then brings owners into order. */
function writerOf(permissions: Configuration["permissions"]) {
  if (permissions === undefined || permissions.userOf !== undefined) return {};
  const { uid, gid } = permissions;
  return { uid, gid, mended: true };
}

/** How long a backup that is due may still be at work. */
const graceMs = 2 * 3_600_000;

/** A deployment makes its own backup, so a scheduled one that is late stops nobody; but it must be heard of. */
function backupChecks({ project, schedule, backups, path }: Configuration): BoundCheck[] {
  const now = Date.now();
  const due = [schedule.backup, schedule.upload]
    .flatMap((timetable) =>
      timetable === undefined ? [] : (lastRun(timetable, new Date(now - graceMs)) ?? []),
    )
    .map((date) => date.getTime());
  if (due.length === 0) return [];
  const maximumAge = now - Math.max(...due) + graceMs;
  const directory = path(backups.directory);
  return [backupFreshness.with({ directory, project, maximumAge, otherwise: "warn" })];
}
