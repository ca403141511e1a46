import { Failure } from "../../../core/errors/index.ts";
import { type Check, type Finding, runChecks } from "../../../core/finding/index.ts";
import { done, skipped, type Task, type TaskEnd } from "../task.ts";

/** Whether the certificates will last until the next maintenance. */
export const certificate: Task = {
  name: "certificate",
  title: "certificates",
  run: ({ checks, signal }) => look(checks.certificate, signal, "no certificate is configured (tls)"),
};

/** Whether the newest backup is young enough, here and elsewhere: a silence alarms too. */
export const freshness: Task = {
  name: "freshness",
  title: "age of the backups",
  run: ({ checks, signal }) => look(checks.freshness, signal, "the configuration schedules no backup"),
};

/** Nobody reads a warning of what runs by itself: it fails the task, as a failure does. */
async function look(checks: readonly Check[], signal: AbortSignal, without: string): Promise<TaskEnd> {
  if (checks.length === 0) return skipped(without);
  const findings = await runChecks(checks, { signal });
  const bad = findings.filter(({ status }) => status === "fail" || status === "warn");
  if (bad.length > 0) throw alarmed(bad);
  const seen = findings.map(({ summary }) => summary).join("; ");
  return findings.every(({ status }) => status === "skip") ? skipped(seen) : done(seen, { findings });
}

function alarmed(findings: readonly Finding[]): Failure {
  return new Failure("MAINTENANCE_ALARM", {
    message: findings.map(({ summary }) => summary).join("; "),
    remedy: findings.flatMap(({ remedy }) => remedy ?? []).join("; ") || "look at what is named",
    details: { findings: [...findings] },
  });
}
