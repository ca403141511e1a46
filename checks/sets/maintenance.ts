import { longestGapMs, type Timetable } from "../../sdk/core/calendar/index.ts";
import { type Configuration, shownDuration } from "../../sdk/core/config/index.ts";
import type { Check } from "../../sdk/core/finding/index.ts";
import type { Redactor } from "../../sdk/core/log/index.ts";
import { backupFreshness } from "../backup-freshness.ts";
import { tlsCertificate } from "../tls-certificate.ts";
import { certificateFiles } from "./certificate-files.ts";
import { remoteFreshness } from "./remote-freshness.ts";

/** What maintenance looks at beside its own work, because nobody else may for weeks. */
export interface MaintenanceChecks {
  certificate: readonly Check[];
  freshness: readonly Check[];
}

/** A certificate that renews itself does so a month before its end: half of that is late. */
const warnWithin = "14d";
/** What a backup may take, and the time until it is begun. */
const graceMs = 6 * 3_600_000;

export function maintenanceChecks(
  configuration: Configuration,
  redactor: Pick<Redactor, "add">,
): MaintenanceChecks {
  const { project, path, schedule, backups } = configuration;
  const files = certificateFiles(configuration);
  const certificate = files === undefined ? [] : [tlsCertificate.with({ ...files, warnWithin })];
  const local = schedule.backup ?? schedule.upload;
  const directory = path(backups.directory);
  return {
    certificate,
    freshness: [
      ...(local === undefined
        ? []
        : [backupFreshness.with({ directory, project, maximumAge: allowed(local) })]),
      ...(schedule.upload === undefined || backups.remote === undefined
        ? []
        : [remoteFreshness(configuration, allowedMs(schedule.upload), redactor)]),
    ],
  };
}

function allowedMs(timetable: Timetable): number {
  return longestGapMs(timetable, new Date()) + graceMs;
}

function allowed(timetable: Timetable): string {
  return shownDuration(allowedMs(timetable));
}
