import { Failure } from "../../core/errors/index.ts";
import { type Completed, run } from "../../core/process/index.ts";
import type { Installing } from "./requirement.ts";
import type { Argv } from "./shell.ts";
import { systemPath } from "./system-path.ts";

const minute = 60_000;
const lockWaitMs = 2 * minute;
const update: Argv = ["apt-get", "update", "-o", "Acquire::Retries=2", "-o", "Acquire::http::Timeout=30"];

/** Answers every question that apt, debconf and dpkg might ask. */
const unattended = {
  DEBIAN_FRONTEND: "noninteractive",
  NEEDRESTART_SUSPEND: "1",
} as const;

/** The command that installs packages without their recommendations. */
function aptInstallArgv(packages: readonly string[]): Argv {
  return [
    "apt-get",
    "install",
    "--yes",
    "--no-install-recommends",
    "-o",
    "DPkg::Lock::Timeout=120",
    "-o",
    "Dpkg::Options::=--force-confold",
    ...packages,
  ];
}

/** The commands to show for `aptInstall`. */
export function aptCommands(packages: readonly string[]): readonly Argv[] {
  return [["apt-get", "update"], aptInstallArgv(packages)];
}

function attempt(argv: Argv, deadlineMs: number, { signal }: Installing): Promise<Completed> {
  return run(argv, { deadlineMs, signal, env: { ...unattended, PATH: systemPath() } });
}

/** `apt-get update` has no lock wait of its own: the lists' lock is asked for again until the wait is over. */
async function updateLists(installing: Installing): Promise<void> {
  installing.say("reading Debian's package lists (apt-get update)");
  const giveUpAt = performance.now() + lockWaitMs;
  let completed = await attempt(update, 3 * minute, installing);
  while (/could not get lock/i.test(completed.stderr) && performance.now() < giveUpAt) {
    await Bun.sleep(2_000);
    completed = await attempt(update, 3 * minute, installing);
  }
  if (completed.exitCode !== 0) throw refused("the package lists could not be read", completed);
}

let listsUpdated: Promise<void> | undefined;

function updateListsOnce(installing: Installing): Promise<void> {
  listsUpdated ??= updateLists(installing);
  return listsUpdated;
}

/** A dry run fails in a moment where the lists are missing, or do not know a package. */
async function listsKnow(packages: readonly string[], installing: Installing): Promise<boolean> {
  const trial = await attempt(["apt-get", "install", "--simulate", ...packages], minute, installing);
  return trial.exitCode === 0;
}

async function install(packages: readonly string[], installing: Installing): Promise<void> {
  if (!(await listsKnow(packages, installing))) await updateListsOnce(installing);
  let completed = await attempt(aptInstallArgv(packages), 10 * minute, installing);
  if (completed.exitCode !== 0 && /dpkg --configure -a/.test(completed.stderr)) {
    installing.say("an earlier installation was interrupted: finishing it (dpkg --configure -a)");
    await attempt(["dpkg", "--configure", "-a"], 5 * minute, installing);
    completed = await attempt(aptInstallArgv(packages), 10 * minute, installing);
  }
  if (completed.exitCode !== 0 && listsUpdated === undefined) {
    await updateListsOnce(installing);
    completed = await attempt(aptInstallArgv(packages), 10 * minute, installing);
  }
  if (completed.exitCode !== 0) throw refused(`${packages.join(", ")} could not be installed`, completed);
}

function refused(message: string, { stderr, stdout }: Completed): Failure {
  return new Failure("TOOL_MISSING", {
    message: `${message} by apt`,
    why: (stderr || stdout).trim().split("\n").slice(-6).join("\n"),
    remedy: "make apt-get work on this machine, then run again",
  });
}

let previous: Promise<void> = Promise.resolve();

/**
 * Installs Debian packages without their recommendations. The lists are read anew only when the ones at
 * hand do not do, once a run; calls made side by side take their turns, for apt does one thing at a time.
 */
export function aptInstall(packages: readonly string[], installing: Installing): Promise<void> {
  const turn = previous.then(() => install(packages, installing));
  previous = turn.catch(() => undefined);
  return turn;
}
