import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Configuration } from "../../core/config/index.ts";
import { Failure } from "../../core/errors/index.ts";
import { removeFileDurably, writeFileAtomically, writeTrouble } from "../../core/files/index.ts";
import { succeed } from "../../core/process/index.ts";
import type { Home } from "./jobs.ts";
import type { Files, Scheduler } from "./scheduler.ts";
import { assertCalendars, endsWithLogin, notRunning } from "./timers.ts";
import { signature, stemOf, unitsFor } from "./units.ts";

const deadlineMs = 30_000;

/** systemd's timers: the system's own where root runs this, else those of the user. */
export function systemd(configuration: Configuration, home: Home): Scheduler {
  const isRoot = process.geteuid?.() === 0;
  const directory = isRoot ? "/etc/systemd/system" : join(homedir(), ".config/systemd/user");
  const scope = isRoot ? [] : ["--user"];
  const systemctl = (...args: string[]) => succeed(["systemctl", ...scope, ...args], { deadlineMs });
  return {
    kind: "systemd",
    wanted: (jobs) => unitsFor(configuration, jobs, home),
    installed: async () => unitsIn(directory, configuration),
    assertUnderstood: (files) => assertCalendars([...files.values()]),
    async asleep() {
      const timers = [...unitsIn(directory, configuration).keys()].filter(isTimer);
      if (timers.length === 0) return [];
      const stopped = isRoot ? undefined : await endsWithLogin();
      return [...(await notRunning(timers, scope)), ...(stopped === undefined ? [] : [stopped])];
    },
    async put(files) {
      const before = unitsIn(directory, configuration);
      const gone = [...before.keys()].filter((name) => !files.has(name));
      const timers = gone.filter(isTimer);
      if (timers.length > 0) await systemctl("disable", "--now", ...timers);
      orFail(directory, () => replace(directory, files, gone));
      if (before.size > 0 || files.size > 0) await systemctl("daemon-reload");
      const wanted = [...files.keys()].filter(isTimer);
      if (wanted.length === 0) return;
      // What was missed while it was not installed at all is not made up for.
      for (const name of wanted) if (!before.has(name)) forgetLastRun(name, isRoot);
      await systemctl("enable", ...wanted);
      // A timer that runs already goes on with its old times until it is started anew.
      await systemctl("restart", ...wanted);
    },
  };
}

function isTimer(name: string): boolean {
  return name.endsWith(".timer");
}

/** systemd.timer(5) keeps the time of a persistent timer's last run in a file's time. */
function forgetLastRun(timer: string, isRoot: boolean): void {
  const folder = isRoot ? "/var/lib/systemd/timers" : join(homedir(), ".local/share/systemd/timers");
  rmSync(join(folder, `stamp-${timer}`), { force: true });
}

/** The units that were written for this project; one of the same name that somebody else wrote is none. */
function unitsIn(directory: string, configuration: Configuration): Files {
  if (!existsSync(directory)) return new Map();
  const ours = readdirSync(directory).filter((name) => isUnitOf(configuration, name));
  const units = ours.map((name) => [name, readFileSync(join(directory, name), "utf8")] as const);
  return new Map(units.filter(([, text]) => text.startsWith(`${signature(configuration)}\n`)));
}

/** The stem of another project may begin with this one's: what stands behind it counts too. */
function isUnitOf(configuration: Configuration, name: string): boolean {
  const rest = name.startsWith(`${stemOf(configuration)}-`)
    ? name.slice(stemOf(configuration).length + 1)
    : "";
  return /^(?:[a-z]+\.(?:service|timer)|silent@\.service)$/.test(rest);
}

function replace(directory: string, files: Files, gone: readonly string[]): void {
  mkdirSync(directory, { recursive: true });
  for (const [name, text] of files) refuseForeign(join(directory, name), text);
  for (const [name, text] of files) writeFileAtomically(join(directory, name), text, { mode: 0o644 });
  for (const name of gone) removeFileDurably(join(directory, name));
}

function refuseForeign(path: string, text: string): void {
  const [ours] = text.split("\n", 1);
  if (!existsSync(path) || readFileSync(path, "utf8").startsWith(`${ours}\n`)) return;
  throw new Failure("SCHEDULE_NOT_WRITTEN", {
    message: `${path} is there already, and was not written for this project`,
    remedy: "remove it, or give the project another name, then install again",
    details: { path },
  });
}

function orFail(directory: string, act: () => void): void {
  try {
    act();
  } catch (thrown) {
    if (thrown instanceof Failure) throw thrown;
    const { errno, ...rest } = writeTrouble(directory, thrown);
    throw new Failure("SCHEDULE_NOT_WRITTEN", {
      message: `the units in ${directory} cannot be written${errno === undefined ? "" : ` (${errno})`}`,
      ...rest,
      cause: thrown,
    });
  }
}
