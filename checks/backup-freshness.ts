import { z } from "zod";
import { shownDuration } from "../sdk/core/config/index.ts";
import { listBackups } from "../sdk/core/manifest/index.ts";
import { defineCheck } from "./define.ts";
import { time } from "./options.ts";

/** What two clocks may differ by: a backup that is dated later would be young for as long as it lies there. */
const clockToleranceMs = 5 * 60_000;

/** Whether the newest backup that was proven is young enough. */
export const backupFreshness = defineCheck({
  id: "backup-freshness",
  title: "Backup",
  summary: "Whether the newest backup that was proven is young enough to return to",
  example: "--directory backups --maximum-age 26h",
  deadline: "10s",
  options: z.strictObject({
    directory: z.string().describe("The folder with the backups."),
    project: z
      .string()
      .optional()
      .describe("The project whose backups count, where several have one folder; all of them without it."),
    maximumAge: time()
      .default(26 * 3_600_000)
      .describe("How old it may be: a day, and some time to make the next."),
    tier: z
      .enum(["decode", "restore"])
      .default("decode")
      .describe(
        'How far it must have been proven: read back whole ("decode"), or restored and compared ("restore").',
      ),
    otherwise: z
      .enum(["warn", "fail"])
      .default("fail")
      .describe("What it is when there is none: a warning where a backup is made before anything changes."),
  }),
  look: async ({ directory, project, maximumAge, tier, otherwise }) => {
    const { backups: all, unreadable } = listBackups(directory);
    const backups = all.filter((backup) => project === undefined || backup.project === project);
    const proven = backups.filter(({ verified }) => tier === "decode" || verified.tier === "restore");
    const [newest] = proven;
    const evidence = {
      directory,
      backups: backups.length,
      proven: proven.length,
      newest: newest?.id,
      unreadable,
    };
    const remedy = "make one now: ./scripts/backup-db.ts; and see why the timer did not";
    if (newest === undefined) {
      const others = backups.length + unreadable.length;
      const seen = others === 0 ? "" : ` (${others} that ${others === 1 ? "is" : "are"} not)`;
      return {
        status: otherwise,
        summary: `${directory} holds no backup that was proven${tier === "restore" ? " by restoring it" : ""}${seen}`,
        remedy,
        evidence,
      };
    }
    const age = Date.now() - Date.parse(newest.startedAt);
    const said = `the newest proven backup, ${newest.id}, is ${shownAge(age)} old`;
    if (age < -clockToleranceMs) {
      const summary = `the newest proven backup, ${newest.id}, is dated in the future, so its age is unknown`;
      return { status: otherwise, summary, remedy: "look at this host's clock, and make a backup", evidence };
    }
    if (age <= maximumAge) return { status: "pass", summary: said, evidence };
    const summary = `${said}, and ${shownDuration(maximumAge)} are allowed`;
    return { status: otherwise, summary, remedy, evidence };
  },
});

function shownAge(ms: number): string {
  const hours = ms / 3_600_000;
  if (hours >= 48) return `${Math.floor(hours / 24)} days`;
  return hours >= 1 ? `${hours.toFixed(1)} h` : `${Math.max(0, Math.round(ms / 60_000))} min`;
}
