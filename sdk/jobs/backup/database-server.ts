import { existsSync } from "node:fs";
import { type Configuration, composeProjectOf, readEnvFiles } from "../../core/config/index.ts";
import { Failure } from "../../core/errors/index.ts";
import { composeCommand, containersOf } from "../../systems/docker/index.ts";
import { isPrivate, type Server, type Tls } from "../../systems/postgres/index.ts";

const lookMs = 20_000;
const containerPort = 5432;

/**
 * The database server that the configuration names, as it can be reached now: in its container, or at its address.
 *
 * @throws Failure CONFIG_INVALID when a key is missing, DATABASE_UNREACHABLE when the container does not run
 */
export async function findServer(configuration: Configuration): Promise<Server> {
  const { database, path, project } = configuration;
  if (database.mode !== "shared") throw incomplete("database.mode is not shared");
  const { service, host, port, user } = database;
  if (user === undefined) throw incomplete("database.user is missing");
  const password = passwordOf(configuration, database.passwordVariable);
  if (host !== undefined) {
    return {
      host,
      port,
      user,
      password,
      tls: tlsFor(host, database.tls, path),
      container: undefined,
      project,
    };
  }
  if (service === undefined) throw incomplete("neither database.service nor database.host says where it is");
  const { name, address } = await runningContainer(configuration, service);
  return {
    host: address,
    port: containerPort,
    user,
    password,
    tls: { mode: "off" },
    container: name,
    project,
  };
}

/**
 * Whether the database's container exists, running or not. A server at an address is taken to.
 *
 * @throws Failure as `docker` does
 */
export async function isDatabaseMade({ database, platform }: Configuration): Promise<boolean> {
  if (database.mode !== "shared" || database.service === undefined) return true;
  const containers = await containersOf(platform.shared.project, { deadlineMs: lookMs });
  return containers.some(({ service }) => service === database.service);
}

async function runningContainer(
  configuration: Configuration,
  service: string,
): Promise<{ name: string; address: string }> {
  const on = composeProjectOf(configuration, configuration.platform.shared);
  const { project } = on;
  const containers = await containersOf(project, { deadlineMs: lookMs });
  const made = containers.filter((one) => one.service === service);
  const running = made.find(({ status }) => status === "running");
  // One in the host's own network has no address, and listens where the host does.
  if (running !== undefined) return { name: running.name, address: running.addresses[0] ?? "127.0.0.1" };
  const [stopped] = made;
  throw new Failure("DATABASE_UNREACHABLE", {
    message: `the database's container, service ${service} of ${project}, does not run`,
    why:
      stopped === undefined
        ? `there is none${containers.length === 0 ? `: nothing of ${project} runs` : ""}`
        : `its state is ${stopped.status}`,
    remedy: `start it: ${stopped === undefined ? composeCommand(on, ["up", "-d", service]) : startCommand(stopped)}`,
  });
}

/** Docker starts none that is paused. */
function startCommand({ name, status }: { name: string; status: string }): string {
  return `docker ${status === "paused" ? "unpause" : "start"} ${name}`;
}

function tlsFor(
  host: string,
  tls: { caFile?: string | undefined } | undefined,
  path: (name: string) => string,
): Tls {
  if (tls === undefined && isPrivate(host)) return { mode: "off" };
  return { mode: "verify-full", ...(tls?.caFile === undefined ? {} : { caFile: path(tls.caFile) }) };
}

/** The shared project's files first: those of an environment have a database of their own only where they say so. */
function passwordOf({ platform, path }: Configuration, variable: string): string | undefined {
  const { shared, environments } = platform;
  const projects = [shared, environments.blue, environments.green];
  for (const { envFiles } of projects) {
    const password = readEnvFiles(envFiles.map(path).filter(existsSync))[variable];
    if (password !== undefined && password !== "") return password;
  }
  return process.env[variable];
}

function incomplete(why: string): Failure {
  return new Failure("CONFIG_INVALID", {
    message: "the configuration does not say how the database is reached",
    why,
    remedy: "set database.service (or database.host), database.name and database.user",
  });
}
