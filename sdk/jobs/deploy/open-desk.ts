import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Io } from "../../core/cli/index.ts";
import { type Configuration, ownNames, readEnvEntries } from "../../core/config/index.ts";
import { acquireLock, type Lock } from "../../core/lock/index.ts";
import { secretsOfEnvironment } from "../../core/log/index.ts";
import { createShare } from "../../core/process/index.ts";
import { platformFor } from "../../platforms/index.ts";
import type {
  DeploymentBackups,
  DeploymentChecks,
  DeploymentOptions,
  DeploymentPermissions,
  Desk,
} from "./desk.ts";

export interface DeskParts {
  configuration: Configuration;
  checks: DeploymentChecks;
  backups: DeploymentBackups;
  permissions: DeploymentPermissions;
  options: DeploymentOptions;
  command: string;
  /** False for a look that changes nothing: it may be taken while another run is at work. */
  lock: boolean;
}

/** The desk of one run, with the secrets of the environment files already known to everything that writes. */
export async function openDesk(
  io: Io,
  { configuration, checks, backups, permissions, options, command, lock: wantsLock }: DeskParts,
): Promise<Desk & Disposable> {
  hideSecrets(io, configuration);
  const { redact } = io.redactor;
  const platform = await platformFor(configuration, redact);
  const progress = io.progress();
  const lock = wantsLock ? acquireLocks(configuration, command) : undefined;
  return {
    configuration,
    platform,
    checks,
    backups,
    permissions,
    options,
    redact,
    share: createShare(),
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

/**
 * The project's lock, which every job that changes something holds, and one beside the marker: of two configurations
 * with roots of their own, that lead to the same environments, only one may change them.
 *
 * @throws Failure LOCK_HELD or LOCK_NOT_TAKEN; none of the two is held then.
 */
export function acquireLocks(
  configuration: Configuration,
  command: string,
): Pick<Lock, "update" | "release"> {
  const holder = { pid: process.pid, command, since: new Date().toISOString(), doing: "begins" };
  const ofProject = acquireLock(configuration.state("lock"), holder);
  try {
    const ofEnvironments = acquireLock(lockBesideMarker(configuration), holder, enteredByAll);
    return {
      update(patch) {
        ofProject.update(patch);
        ofEnvironments.update(patch);
      },
      release() {
        ofEnvironments.release();
        ofProject.release();
      },
    };
  } catch (thrown) {
    ofProject.release();
    throw thrown;
  }
}

/** The proxy's workers, which are other users, look for the marker in the folder. */
const enteredByAll = 0o755;

function lockBesideMarker({ path, platform }: Configuration): string {
  return join(path(platform.proxy.markerDirectory), ".lock");
}

/** Masks the values of the environment files in everything that is written from now on. */
export function hideSecrets(io: Pick<Io, "redactor">, configuration: Configuration): void {
  const { environments, shared } = configuration.platform;
  const own = ownNames(configuration);
  const files = [environments.blue, environments.green, shared].flatMap(({ envFiles }) => envFiles);
  for (const file of new Set(files.map(configuration.path))) {
    // One that is missing or cannot be read is refused by the platform, in words of its own.
    if (!existsSync(file)) continue;
    for (const secret of secretsIn(file)) if (!own.has(secret)) io.redactor.add(secret);
  }
}

/** The secrets of a file as they are written and as they are meant: a tool may quote the file itself. */
function secretsIn(file: string): string[] {
  try {
    return readEnvEntries([file]).flatMap(({ name, value, raw }) => [
      ...secretsOfEnvironment({ [name]: value }),
      ...(isReference(raw) ? [] : secretsOfEnvironment({ [name]: raw })),
    ]);
  } catch {
    return [];
  }
}

function isReference(raw: string): boolean {
  return /^\$(?:\w+|\{\w+\})$/.test(raw);
}
