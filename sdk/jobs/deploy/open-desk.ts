import { existsSync, readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import type { Io } from "../../core/cli/index.ts";
import type { Configuration } from "../../core/config/index.ts";
import { acquireLock } from "../../core/lock/index.ts";
import { secretsOfEnvironment } from "../../core/log/index.ts";
import { platformFor } from "../../platforms/index.ts";
import type { DeploymentChecks, DeploymentOptions, Desk } from "./desk.ts";

export interface DeskParts {
  configuration: Configuration;
  checks: DeploymentChecks;
  options: DeploymentOptions;
  command: string;
  /** False for a look that changes nothing: it may be taken while another run is at work. */
  lock: boolean;
}

/** The desk of one run, with the secrets of the environment files already known to everything that writes. */
export async function openDesk(
  io: Io,
  { configuration, checks, options, command, lock: wantsLock }: DeskParts,
): Promise<Desk & Disposable> {
  hideSecrets(io, configuration);
  const { redact } = io.redactor;
  const platform = await platformFor(configuration, redact);
  const progress = io.progress();
  const lock = wantsLock ? acquireLockFor(configuration, command) : undefined;
  return {
    configuration,
    platform,
    checks,
    options,
    redact,
    signal: io.signal,
    logFile: io.log.path,
    confirm: (question) => io.confirm(question, { flag: "--yes" }),
    doing: (doing, release) => lock?.update({ doing, ...(release === undefined ? {} : { release }) }),
    report: {
      begin: (step) => progress.begin(step),
      note: (step, text) => progress.note(step, text),
      end: (step, outcome, seconds, detail) => progress.end(step, outcome, seconds, detail),
      say: io.say,
      warn: io.warn,
      tool: (line) => io.log.tool("docker", line, "stdout"),
    },
    [Symbol.dispose]() {
      progress[Symbol.dispose]();
      lock?.release();
    },
  };
}

/** The project's lock, which every job that changes something holds. */
function acquireLockFor(configuration: Configuration, command: string) {
  const since = new Date().toISOString();
  return acquireLock(configuration.state("lock"), { pid: process.pid, command, since, doing: "begins" });
}

/** Masks the values of the environment files in everything that is written from now on. */
export function hideSecrets(io: Pick<Io, "redactor">, configuration: Configuration): void {
  const { environments, shared } = configuration.platform;
  const own = ownWords(configuration);
  const files = [environments.blue, environments.green, shared].flatMap(({ envFiles }) => envFiles);
  for (const file of new Set(files.map(configuration.path))) {
    // One that is missing or cannot be read is refused by the platform, in words of its own.
    if (!existsSync(file)) continue;
    for (const secret of secretsIn(file)) if (!own.has(secret)) io.redactor.add(secret);
  }
}

/** What every line of a log speaks of. Masked, because a variable has the same value, they would leave it unreadable. */
function ownWords({ project, platform, services }: Configuration): ReadonlySet<string> {
  const { environments, shared, proxy } = platform;
  const composeProjects = [environments.blue, environments.green, shared].map((compose) => compose.project);
  const names = services.flatMap(({ name, composeService = name }) => [name, composeService]);
  return new Set(["blue", "green", project, ...composeProjects, ...names, ...shared.services, proxy.service]);
}

function secretsIn(file: string): string[] {
  try {
    const entries = Object.entries(parseEnv(readFileSync(file, "utf8")));
    return secretsOfEnvironment(Object.fromEntries(entries.map(([key, value]) => [key, value ?? ""])));
  } catch {
    return [];
  }
}
