import { closeSync, existsSync, openSync } from "node:fs";
import { join } from "node:path";
import type { Configuration } from "../../core/config/index.ts";
import { Failure } from "../../core/errors/index.ts";
import { giveToFolderOwner, makeFolder } from "../../core/files/index.ts";
import { cronLines } from "./cron-lines.ts";
import { blockIn, markOf, withBlock, withoutBlock } from "./crontab-text.ts";
import type { Home, ScheduledJob } from "./jobs.ts";
import type { Files, Scheduler } from "./scheduler.ts";

const deadlineMs = 10_000;
const name = "crontab";

/** The crontab of the user who runs this. What a crontab holds is bytes: here each is one character. */
export function cron(configuration: Configuration, home: Home): Scheduler {
  const mark = markOf(configuration.project, asBytes(configuration.root));
  return {
    kind: "cron",
    wanted: (jobs: readonly ScheduledJob[]): Files =>
      jobs.length === 0 ? new Map() : new Map([[name, cronLines(configuration, jobs, home)]]),
    async installed() {
      if (Bun.which("crontab") === null) return new Map();
      const crontab = await readCrontab("or nothing");
      const block = blockIn(crontab, mark);
      return block === undefined ? new Map() : new Map([[name, asText(block)]]);
    },
    // Every five minutes, in no time zone: there is nothing to misunderstand.
    assertUnderstood: async () => {},
    // Whether cron runs is seen by what it has begun.
    asleep: async () => [],
    async put(files) {
      makeLog(configuration.logs);
      const crontab = await readCrontab();
      refuseHidden(crontab);
      const block = files.get(name);
      const changed =
        block === undefined ? withoutBlock(crontab, mark) : withBlock(crontab, mark, asBytes(block));
      if (changed !== crontab) await writeCrontab(changed);
    },
  };
}

/** The log that the lines write to, which a shell would let everybody read. */
function makeLog(folder: string): void {
  makeFolder(folder);
  const path = join(folder, "schedule.log");
  if (existsSync(path)) return;
  const descriptor = openSync(path, "ax", 0o600);
  try {
    giveToFolderOwner(descriptor, path);
  } finally {
    closeSync(descriptor);
  }
}

/** @param forbidden what a user who may have no crontab is taken to have; by default it is an error */
async function readCrontab(forbidden?: "or nothing"): Promise<string> {
  const { exitCode, stdout, stderr } = await crontab(["-l"]);
  if (exitCode === 0) return stdout;
  if (/^no crontab for /m.test(stderr)) return "";
  if (forbidden !== undefined && /not allowed to use this program/.test(stderr)) return "";
  throw refused("cannot be read", stderr);
}

/** crontab(1) writes a file beside the old one and renames it: cron sees the one or the other. */
async function writeCrontab(text: string): Promise<void> {
  const { exitCode, stderr } = await crontab(["-"], text);
  if (exitCode !== 0) throw refused("was not taken", stderr);
  if ((await readCrontab()) === text) return;
  throw refused("is not what was written", "somebody else has changed it at the same time");
}

/**
 * Debian's `crontab -l` shows the carriage return of a line that was written on Windows as a backslash and an r: put back as it
 * is shown, the line would be another one.
 */
function refuseHidden(listed: string): void {
  if (!/\\r$/m.test(listed)) return;
  throw refused(
    "cannot be read as it is",
    "a line of it ends with a carriage return: take it out by crontab -e",
  );
}

async function crontab(
  args: readonly string[],
  input = "",
): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const child = Bun.spawn(["crontab", ...args], {
    stdin: Buffer.from(input, "latin1"),
    stdout: "pipe",
    stderr: "pipe",
    timeout: deadlineMs,
  });
  const [stdout, stderr, exitCode] = await Promise.all([
    child.stdout.bytes(),
    child.stderr.text(),
    child.exited,
  ]);
  return { exitCode, stdout: Buffer.from(stdout).toString("latin1"), stderr };
}

function asBytes(text: string): string {
  return Buffer.from(text).toString("latin1");
}

function asText(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString();
}

function refused(what: string, why: string): Failure {
  return new Failure("SCHEDULE_NOT_WRITTEN", {
    message: `the crontab ${what}`,
    why: why.trim(),
    remedy: "see that crontab -l works for this user, then run again",
  });
}
