import type { Configuration } from "../../core/config/index.ts";
import { Failure } from "../../core/errors/index.ts";
import { newReleaseId, other } from "../../core/release/index.ts";
import type { Observation } from "../../platforms/index.ts";
import { assertWhole } from "./assert-whole.ts";
import type { Course } from "./course.ts";
import { crossesMigration } from "./crossing.ts";
import { badReleases, crossedBy, type HistoryRecord } from "./history.ts";
import { assertReleaseId } from "./release-id.ts";
import type { Releases } from "./releases.ts";

export interface PlanInput {
  configuration: Configuration;
  observation: Observation;
  /** The release that serves without having been put there by Switchover, as far as it is known. */
  found?: string | undefined;
  history: readonly HistoryRecord[];
  releases: Releases;
  /** The id that was asked for; a new one is made otherwise. */
  releaseId: string | undefined;
  /** Go across a migration that the release cannot live with. */
  force: boolean;
  /** What the backup will hold; "skipped" when none is wanted. */
  backup: readonly string[] | "skipped";
  source: string | undefined;
  run: string;
  now: Date;
}

export interface Plan {
  course: Course;
  /** What will happen, one sentence a line. */
  lines: readonly string[];
}

/**
 * Decides where a deployment goes, from what was observed. Changes nothing.
 *
 * @throws Failure RELEASE_ID_INVALID, DATABASE_MODE_UNAVAILABLE, IMAGE_MISSING, ROLLBACK_CROSSES_MIGRATION
 */
export function planDeployment(input: PlanInput): Plan {
  const { configuration, observation, releases, now } = input;
  if (configuration.database.mode === "per-environment") throw notYetPerEnvironment();
  const release = input.releaseId ?? newReleaseId(now, input.source);
  assertReleaseId(release);
  const made = releases.find(release);
  if (made !== undefined) assertWhole(made, configuration, "deploy what is checked out, under another id");
  const crossed = crossedBy(release, input.history);
  if (crossed.length > 0 && !input.force) throw crossesMigration(release, crossed);
  const from = observation.active;
  const to = other(from);
  const serving = observation.environments[from];
  const idle = observation.environments[to];
  const servingRelease = serving.release ?? input.found;
  const fromRuns = serving.state === "ready" || serving.state === "partial";
  const course: Course = {
    run: input.run,
    command: "deploy",
    startedAt: now.toISOString(),
    release,
    ...(input.source === undefined ? {} : { source: input.source }),
    from,
    ...(fromRuns && servingRelease !== undefined ? { serving: servingRelease } : {}),
    fromRuns,
    to,
    ...(idle.release === undefined ? {} : { occupant: idle.release }),
    occupantWarm: idle.state === "ready",
    staging: "anew",
  };
  return { course, lines: describe(course, input, made !== undefined) };
}

function describe(
  course: Course,
  { configuration, observation, history, backup }: PlanInput,
  known: boolean,
): string[] {
  const { from, to, release, serving, fromRuns, occupant } = course;
  const isBad = badReleases(history).has(release);
  const { database } = configuration;
  return [
    fromRuns
      ? `${from} serves ${serving === undefined ? "what was not put there by Switchover" : `release ${serving}`}`
      : `nothing serves yet (the proxy ${observation.proxy === "up" ? "points" : "will point"} at ${from})`,
    `release ${release} ${known ? "is here already and goes" : "is built and goes"} to ${to}${occupant === undefined ? "" : `, in place of release ${occupant}`}`,
    ...(isBad ? [`release ${release} failed before, or was rolled back from`] : []),
    backupLine(backup),
    database.mode === "none" || database.migrations === undefined
      ? "no migrations are configured"
      : "pending migrations are applied before the switch",
    `then all traffic goes to ${to}, watched for ${configuration.watch.duration / 1_000} s`,
    fromRuns
      ? configuration.keepPrevious
        ? `${from} stays warm for a rollback`
        : `${from} is drained and stopped`
      : "",
  ].filter((line) => line !== "");
}

function backupLine(backup: PlanInput["backup"]): string {
  if (backup === "skipped") return "NO BACKUP is made: --skip-backup";
  if (backup.length === 0) return "no backup is made: the configuration names nothing to back up";
  return `a backup is made and proven first: ${backup.join(", ")}`;
}

function notYetPerEnvironment(): Failure {
  return new Failure("DATABASE_MODE_UNAVAILABLE", {
    message: 'database.mode "per-environment" is not available in this version',
    why: "without replication between them, a switch would show stale data and a rollback would lose writes",
    remedy: 'let both environments use one database: database.mode "shared"',
  });
}
