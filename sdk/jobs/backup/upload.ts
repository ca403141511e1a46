import type { Io } from "../../core/cli/index.ts";
import { type Configuration, shownBytes } from "../../core/config/index.ts";
import { asFailure, Failure } from "../../core/errors/index.ts";
import { acquireLock } from "../../core/lock/index.ts";
import { amendManifest, readBackup } from "../../core/manifest/index.ts";
import { openRemote, type Uploaded, type UploadProgress, uploadBackup } from "../../systems/azure/index.ts";
import { backupsFolder } from "./desk.ts";
import { rateOf } from "./rate.ts";

export type UploadIo = Pick<Io, "progress" | "live" | "warn" | "signal" | "redactor">;

/**
 * Copies a backup that was made before to `backups.remote`, or goes on with a copy that was cut off. It holds no lock while
 * it does, which may be long: a deployment need not wait for it.
 *
 * @throws Failure REMOTE_…, BACKUP_UNKNOWN, BACKUP_DAMAGED, DEADLINE_EXCEEDED
 */
export async function upload(io: UploadIo, configuration: Configuration, id: string): Promise<Uploaded> {
  const folder = backupsFolder(configuration);
  readBackup(folder, id);
  const remote = await openRemote(configuration, { redactor: io.redactor });
  for (const warning of remote.warnings) io.warn(warning);
  const step = `copy to ${remote.where}`;
  using progress = io.progress();
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1_000;
  progress.begin(step);
  try {
    const onProgress = noteTo((text) => (io.live ? progress.note(step, text) : undefined));
    const uploaded = await uploadBackup(remote, folder, id, { signal: io.signal, onProgress });
    progress.end(step, "done", seconds(), wordsFor(uploaded));
    note(io, configuration, id, uploaded);
    return uploaded;
  } catch (thrown) {
    progress.end(step, "failed", seconds());
    throw thrown;
  }
}

/**
 * The same for a backup that was made just now, and is good whatever becomes of its copy.
 *
 * @throws Failure UPLOAD_FAILED (5), which says how to go on
 */
export async function uploadMade(io: UploadIo, configuration: Configuration, id: string): Promise<Uploaded> {
  try {
    return await upload(io, configuration, id);
  } catch (thrown) {
    const { code, message, why, remedy, details } = asFailure(thrown);
    throw new Failure("UPLOAD_FAILED", {
      message: `the backup ${id} is good, and lies on this host alone: ${message}`,
      why,
      remedy: `${remedy}\nthen ./scripts/backup-db.ts --upload-only ${id} sends what is missing`,
      details: { ...details, id, code },
    });
  }
}

function noteTo(tell: (text: string) => void): (progress: UploadProgress) => void {
  let phase: UploadProgress["phase"] | undefined;
  let rate = rateOf(undefined);
  return (progress) => {
    if (progress.phase !== phase) {
      phase = progress.phase;
      rate = rateOf(progress.total);
    }
    rate(progress.done, (text) => tell(`${progress.phase} ${text}`));
  };
}

function wordsFor({ sentBytes, foundBytes }: Uploaded): string {
  const found = foundBytes === 0 ? "" : `, ${shownBytes(foundBytes)} were there`;
  return `${shownBytes(sentBytes)} sent${found}, read back and compared`;
}

/** That it is copied is known to the remote place anyway; a run that holds the lock just now is no reason to fail. */
function note(io: UploadIo, configuration: Configuration, id: string, { where }: Uploaded): void {
  const folder = backupsFolder(configuration);
  const doing = "notes where a copy of a backup lies";
  try {
    using _lock = acquireLock(configuration.state("lock"), {
      pid: process.pid,
      command: "backup-db",
      since: new Date().toISOString(),
      doing,
    });
    const others = readBackup(folder, id).uploaded.filter((copy) => copy.where !== where);
    amendManifest(folder, id, { uploaded: [...others, { where, at: new Date().toISOString() }] });
  } catch (thrown) {
    io.warn(
      `the copy is complete, and its place could not be noted in the manifest: ${asFailure(thrown).message}`,
    );
  }
}
