import type { Io } from "../../core/cli/index.ts";
import { type Configuration, shownBytes } from "../../core/config/index.ts";
import { messageOf } from "../../core/errors/index.ts";
import type { Environment } from "../../core/release/index.ts";
import { counted } from "../../core/text/index.ts";
import { backUp } from "./back-up.ts";
import { isDatabaseMade } from "./database-server.ts";
import type { BackupDesk } from "./desk.ts";
import { pruneBackups } from "./prune.ts";
import { targetsOf } from "./targets.ts";

/** The deployment that a backup is made for. */
export interface ForDeployment {
  run: string;
  /** What is to serve, and what serves now. */
  release: string;
  serving?: string | undefined;
  from: Environment;
  fromRuns: boolean;
  /** The release that serves, and the one before it, as the history has them. */
  releases: readonly string[];
  work: { signal: AbortSignal; deadlineMs: number; note: (text: string) => void };
}

/** What a backup would hold, in a few words each. */
export function heldBy(configuration: Configuration): string[] {
  return targetsOf(configuration).map(({ type, name }) => `${type} ${name}`);
}

/**
 * Makes the backup before a deployment, and then lets old ones go. Where nothing has served yet and the database has never
 * been made, there is nothing to back up.
 *
 * @throws Failure as `backUp` does: there is no new backup then
 */
export async function backUpForDeployment(
  io: Pick<Io, "log" | "warn">,
  configuration: Configuration,
  { run, release, serving, from, fromRuns, releases, work }: ForDeployment,
): Promise<{ id: string; detail: string } | { nothing: string }> {
  // A container that somebody took down has its data still: only where nothing ever served there is none.
  const isFirst = !fromRuns && releases.length === 0;
  if (isFirst && !(await isDatabaseMade(configuration))) {
    return { nothing: "nothing serves yet, and the database's container has never been made" };
  }
  const desk = deskOf(io, configuration, work);
  const { backup } = await backUp(desk, {
    kind: "pre-deployment",
    ...(fromRuns ? { release: serving, environment: from } : {}),
    deployment: { run, release },
  });
  const { id, items, verified } = backup;
  prune(io, configuration, releases);
  const bytes = items.reduce((sum, item) => sum + item.bytes, 0);
  return { id, detail: `${counted(items.length, "item")}, ${shownBytes(bytes)}, verified: ${verified.tier}` };
}

function deskOf(
  io: Pick<Io, "log" | "warn">,
  configuration: Configuration,
  { signal, deadlineMs, note }: ForDeployment["work"],
): BackupDesk {
  return {
    configuration,
    signal,
    deadlineMs,
    now: () => new Date(),
    report: {
      begin: note,
      rate: () => {},
      end: (step, took) => io.log.info(`backup of ${step}`, { ...took }),
      proven: () => {},
      say: (text) => io.log.info(text),
      warn: io.warn,
      tool: (program, line) => io.log.tool(program, line, "stderr"),
    },
  };
}

/** An old backup that cannot be removed is no reason to end a deployment. */
function prune(
  io: Pick<Io, "log" | "warn">,
  configuration: Configuration,
  releases: readonly string[],
): void {
  try {
    const verdicts = pruneBackups(configuration, { now: new Date(), releases, dryRun: false });
    for (const { id, reasons } of verdicts.filter(({ keep }) => !keep)) {
      io.log.info(`removed the backup ${id}`, { reasons });
    }
  } catch (thrown) {
    io.warn(`old backups were not removed: ${messageOf(thrown)}`);
  }
}
