import type { Io } from "../../core/cli/index.ts";
import { type Configuration, shownBytes } from "../../core/config/index.ts";
import type { Backups, Manifest } from "../../core/manifest/index.ts";
import {
  downloadBackup,
  listRemoteBackups,
  openRemote,
  readRemoteBackup,
} from "../../systems/azure/index.ts";
import { backupsFolder } from "../backup/index.ts";
import type { RestoreDesk } from "./desk.ts";

/** The place that copies of backups were brought to. */
export interface RemoteBackups {
  /** Its address, which ends with a slash; nothing secret is in it. */
  where: string;
  list(): Promise<Backups>;
  /** One backup's manifest. Nothing is fetched for it. */
  find(id: string): Promise<Manifest>;
  /** Brings a backup to this host, whole and compared with its manifest, or not at all; the lock is held meanwhile. */
  fetch(desk: RestoreDesk, id: string): Promise<Manifest>;
}

/**
 * Opens what `backups.remote` names.
 *
 * @throws Failure REMOTE_NOT_CONFIGURED, REMOTE_CREDENTIAL_UNUSABLE
 */
export async function openRemoteBackups(
  io: Pick<Io, "redactor" | "signal" | "warn">,
  configuration: Configuration,
): Promise<RemoteBackups> {
  const remote = await openRemote(configuration, { redactor: io.redactor });
  for (const warning of remote.warnings) io.warn(warning);
  return {
    where: remote.where,
    list: () => listRemoteBackups(remote, io.signal),
    find: (id) => readRemoteBackup(remote, id, io.signal),
    async fetch({ report, signal }, id) {
      const step = "download";
      const began = performance.now();
      report.begin(step);
      const backup = await downloadBackup(remote, id, backupsFolder(configuration), {
        signal,
        onProgress: (done, total) => report.rate(step, `${shownBytes(done)} of ${shownBytes(total)}`),
      });
      report.end(step, "done", (performance.now() - began) / 1_000, remote.where);
      return backup;
    },
  };
}
