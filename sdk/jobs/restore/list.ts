import type { Io } from "../../core/cli/index.ts";
import { type Configuration, shownBytes } from "../../core/config/index.ts";
import { messageOf } from "../../core/errors/index.ts";
import { listBackups, type Manifest, type Unreadable } from "../../core/manifest/index.ts";
import { backupsFolder, findServer } from "../backup/index.ts";
import { type Beside, databasesBeside, hasServer, pathsBeside } from "./kept.ts";
import type { RemoteBackups } from "./remote.ts";

export interface Listing {
  /** Whose list it is: several projects may have one folder. */
  project: string;
  /** Newest first. */
  backups: Manifest[];
  unreadable: Unreadable[];
  beside: Beside[];
  /** Why the server could not be asked what it keeps; undefined when it could. */
  unasked: string | undefined;
}

/** The backups of this host, or of a remote place, and what restores have left beside what serves. A server that is down keeps nobody from seeing the backups. */
export async function listAll(
  configuration: Configuration,
  remote: RemoteBackups | undefined,
): Promise<Listing> {
  const { project } = configuration;
  const { backups, unreadable } = await (remote?.list() ?? listBackups(backupsFolder(configuration)));
  const paths = pathsBeside(configuration);
  if (!hasServer(configuration)) {
    return { project, backups, unreadable, beside: paths, unasked: undefined };
  }
  try {
    const databases = await databasesBeside(configuration, await findServer(configuration));
    return { project, backups, unreadable, beside: [...databases, ...paths], unasked: undefined };
  } catch (thrown) {
    return { project, backups, unreadable, beside: paths, unasked: messageOf(thrown) };
  }
}

/** A backup as a row of a table. */
function backupRow(backup: Manifest, own: string) {
  const { id, kind, startedAt, release, deployment, items, verified, uploaded, pinned } = backup;
  return {
    id,
    kind,
    made: `${startedAt.slice(0, 16).replace("T", " ")} UTC`,
    size: shownBytes(items.reduce((sum, { bytes }) => sum + bytes, 0)),
    verified: verified.tier,
    copies: uploaded.length,
    before: deployment?.release,
    release,
    pinned: pinned ? "yes" : undefined,
    project: backup.project === own ? undefined : backup.project,
    holds: items.map(({ name }) => name).join(", "),
  };
}

/** What was left beside, as a row of a table. */
function besideRow({ type, state, target, at, since, backup, size }: Beside) {
  return {
    [state === "kept" ? "kept" : "restored"]: at,
    type,
    of: target,
    since: `${since.slice(0, 16).replace("T", " ")} UTC`,
    size: size === undefined ? undefined : shownBytes(size),
    backup,
  };
}

function noBackup(remote: Pick<RemoteBackups, "where"> | undefined): string {
  if (remote === undefined) return "there is no backup yet: ./scripts/backup-db.ts makes one";
  return `no backup has been brought to ${remote.where} yet: ./scripts/backup-db.ts --upload makes one and brings it there`;
}

/**
 * Prints the backups, and what was left beside what serves.
 *
 * @param remote where they lie, when that is not this host
 */
export function printListing(
  { project, backups, unreadable, beside, unasked }: Listing,
  io: Pick<Io, "print" | "table" | "warn">,
  remote?: Pick<RemoteBackups, "where">,
): void {
  if (backups.length === 0) io.print(noBackup(remote));
  else io.table(backups.map((backup) => backupRow(backup, project)));
  for (const state of ["kept", "restored"] as const) {
    const rows = beside.filter((one) => one.state === state).map(besideRow);
    if (rows.length === 0) continue;
    io.print("");
    io.table(rows);
  }
  for (const { id, why } of unreadable) io.warn(`the backup ${id} cannot be used: ${why}`);
  if (unasked !== undefined) io.warn(`what the database server keeps cannot be told: ${unasked}`);
}
