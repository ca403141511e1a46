import { type Configuration, shownDuration } from "../../sdk/core/config/index.ts";
import type { Check, Look } from "../../sdk/core/finding/index.ts";
import type { Redactor } from "../../sdk/core/log/index.ts";

const deadlineMs = 120_000;

/** Whether the newest whole backup in the remote place is young enough: that uploads go on is seen there only. */
export function remoteFreshness(
  configuration: Configuration,
  maximumAgeMs: number,
  redactor: Pick<Redactor, "add">,
): Check {
  return {
    id: "remote-freshness",
    title: "Remote backup",
    deadlineMs,
    async look({ signal }): Promise<Look> {
      const { newestRemoteBackup, openRemote } = await import("../../sdk/systems/azure/index.ts");
      const remote = await openRemote(configuration, { redactor });
      const newest = await newestRemoteBackup(remote, signal);
      const remedy = "upload one now: ./scripts/backup-db.ts --upload; and see why the schedule did not";
      if (newest === undefined) {
        return { status: "fail", summary: `${remote.where} holds no whole backup`, remedy };
      }
      const ageMs = Date.now() - Date.parse(newest.startedAt);
      const hours = Math.round(ageMs / 3_600_000);
      const said = `the newest remote backup, ${newest.id}, is ${hours} h old`;
      const evidence = { where: remote.where, newest: newest.id, ageMs, maximumAgeMs };
      if (ageMs <= maximumAgeMs) return { status: "pass", summary: said, evidence };
      const summary = `${said}, and ${shownDuration(maximumAgeMs)} are allowed`;
      return { status: "fail", summary, remedy, evidence };
    },
  };
}
