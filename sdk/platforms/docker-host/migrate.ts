import { z } from "zod";
import { Failure } from "../../core/errors/index.ts";
import type { Environment } from "../../core/release/index.ts";
import {
  type Container,
  containersLabelled,
  containersOf,
  docker,
  runAgainstDaemon,
} from "../../systems/docker/index.ts";
import type { Migration, Work } from "../platform.ts";
import { runBeside } from "./beside.ts";
import { variablesOf } from "./replaced.ts";
import { migrationLabels, type Site } from "./site.ts";
import { commandOptions } from "./work.ts";

const statusSchema = z.array(
  z.object({ id: z.string(), applied: z.boolean(), breaksPrevious: z.boolean().default(false) }),
);

/**
 * What the release in this environment says of its migrations; undefined when it is not configured to say.
 *
 * @throws Failure MIGRATION_FAILED when it prints something else than the list, or fails.
 */
export async function migrationStatus(
  site: Site,
  environment: Environment,
  work: Work,
): Promise<Migration[] | undefined> {
  const settings = migrationSettings(site);
  if (settings?.statusCommand === undefined) return undefined;
  const completed = await besides(site, environment, settings.service, settings.statusCommand, {}, work);
  const listed = completed.exitCode === 0 ? statusSchema.safeParse(parsed(completed.stdout)) : undefined;
  if (listed?.success) return listed.data;
  throw new Failure("MIGRATION_FAILED", {
    message: `the state of the migrations cannot be read (exit code ${completed.exitCode})`,
    why: (completed.stderr || completed.stdout).trim().split("\n").slice(-6).join("\n"),
    remedy: "database.migrations.statusCommand must print a JSON array of { id, applied, breaksPrevious }",
  });
}

/**
 * Applies the pending migrations with the staged release's own image, variables and mounts, in a container of their own.
 *
 * @throws Failure MIGRATION_FAILED with the migration's last words, DEADLINE_EXCEEDED
 */
export async function migrate(site: Site, environment: Environment, work: Work): Promise<void> {
  const settings = migrationSettings(site);
  if (settings === undefined) return;
  const waiting = { PGOPTIONS: `-c lock_timeout=${settings.lockTimeout}` };
  try {
    const completed = await besides(site, environment, settings.service, settings.command, waiting, work);
    if (completed.exitCode === 0) return;
    throw new Failure("MIGRATION_FAILED", {
      message: `the migration failed with exit code ${completed.exitCode}`,
      why: (completed.stderr || completed.stdout).trim().split("\n").slice(-6).join("\n"),
      remedy:
        "mend the migration and deploy again; the database is as the failed migration left it, which is unchanged if it runs in a transaction",
    });
  } catch (thrown) {
    throw thrown instanceof Failure && thrown.code === "DEADLINE_EXCEEDED" ? overdue(thrown, site) : thrown;
  }
}

function overdue({ why }: Failure, { configuration }: Site): Failure {
  return new Failure("DEADLINE_EXCEEDED", {
    message: `the migration did not end within ${configuration.deadlines.migrate / 1_000} s, and was ended`,
    why,
    remedy:
      "find out what it waited for, or raise deadlines.migrate; what it did in a transaction is rolled back",
  });
}

/** Ends the containers of migrations that outlived their deployment. A transaction in one of them is rolled back. */
export async function endLeftMigrations(site: Site, work: Work): Promise<void> {
  // The ids that docker repeats are no lines of the migration's own.
  const options = { ...commandOptions(work), signal: undefined, deadlineMs: 60_000, onLine: undefined };
  const left = await containersLabelled(migrationLabels(site), options);
  if (left.length === 0) return;
  const atWork = left.filter(({ status }) => status !== "exited" && status !== "created");
  if (atWork.length > 0)
    await docker(["container", "stop", "-t", "10", ...atWork.map(({ id }) => id)], options);
  // One that is gone by now is what is wanted.
  const rm = ["docker", "container", "rm", "--force", "--volumes"];
  await runAgainstDaemon([...rm, ...left.map(({ id }) => id)], options);
}

function migrationSettings(site: Site) {
  const { database } = site.configuration;
  return database.mode === "none" ? undefined : database.migrations;
}

/** Runs a command in a container that is like the service's staged one, of which nothing is left afterwards. */
async function besides(
  site: Site,
  environment: Environment,
  service: string,
  command: readonly string[],
  variables: Record<string, string>,
  work: Work,
) {
  const like = await stagedContainer(site, environment, service, work);
  try {
    return await runBeside(site, like, command, { ...variablesOf(like), ...variables }, work);
  } finally {
    // Ending the docker command leaves the container at work: it has to be ended by its id.
    await endLeftMigrations(site, work);
  }
}

async function stagedContainer(
  site: Site,
  environment: Environment,
  service: string,
  work: Work,
): Promise<Container> {
  const member = site.members(environment).find(({ name }) => name === service);
  const containers = await containersOf(site.values.environments[environment].project, commandOptions(work));
  const container = containers.findLast((candidate) => candidate.service === member?.composeService);
  if (container !== undefined) return container;
  throw new Failure("MIGRATION_FAILED", {
    message: `${service} has no container in ${environment} to take the migration's settings from`,
    remedy: "deploy again; it was removed while the deployment ran",
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
