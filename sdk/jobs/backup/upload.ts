import type { Configuration } from "../../core/config/index.ts";
import { Failure } from "../../core/errors/index.ts";
import type { Redactor } from "../../core/log/index.ts";
import { amendManifest, type Manifest } from "../../core/manifest/index.ts";
import { openRemote, uploadBackup } from "../../systems/azure/index.ts";
import { type BackupDesk, backupsFolder } from "./desk.ts";
import { shownBytes } from "./rate.ts";

/**
 * Refuses, before anything is made, what was never configured. A credential that does not work is found out later: it must
 * not keep a backup from being made.
 *
 * @throws Failure REMOTE_NOT_CONFIGURED
 */
export function assertRemote({ backups }: Configuration): void {
  if (backups.remote !== undefined) return;
  throw new Failure("REMOTE_NOT_CONFIGURED", {
    message: "the configuration does not say where copies of backups go",
    remedy: "set backups.remote, or leave --upload out",
  });
}

/**
 * Brings a backup to the remote place that is configured, where it is read back and hashed; the manifest here names the
 * copy afterwards.
 *
 * @throws Failure REMOTE_*, DEADLINE_EXCEEDED
 */
export async function uploadCopy(
  desk: BackupDesk,
  backup: Manifest,
  redactor: Pick<Redactor, "add">,
): Promise<Manifest> {
  const { configuration, report, signal, now } = desk;
  const backups = backupsFolder(configuration);
  const step = "upload";
  const began = performance.now();
  report.begin(step);
  const remote = await openRemote(configuration, { redactor });
  for (const warning of remote.warnings) report.warn(warning);
  const { where, sentBytes } = await uploadBackup(remote, backups, backup.id, {
    signal,
    onProgress: ({ phase, done, total }) =>
      report.rate(step, `${phase}: ${shownBytes(done)} of ${shownBytes(total)}`),
  });
  const copy = { where, at: now().toISOString() };
  const uploaded = [...backup.uploaded.filter((other) => other.where !== where), copy];
  report.proven(step, (performance.now() - began) / 1_000, `${shownBytes(sentBytes)} to ${where}`);
  return amendManifest(backups, backup.id, { uploaded });
}
