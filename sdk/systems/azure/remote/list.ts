import {
  type Backups,
  isBackupId,
  type Manifest,
  manifestFile,
  type Unreadable,
} from "../../../core/manifest/index.ts";
import { forEachAtOnce } from "../blob/at-once.ts";
import { attempt } from "../blob/attempts.ts";
import type { Remote } from "./open.ts";
import { readRemoteManifest } from "./read.ts";
import { within } from "./within.ts";

const atOnce = 8;
/** Clocks of two hosts differ by as much, and mean nothing by it. */
const clockSlackMs = 3_600_000;

/** The sizes of the files of each backup, by its id and the file's name. */
type Found = Map<string, Map<string, number>>;

/**
 * The backups that lie in the remote place, newest first. What has no manifest is none. One of which a file is missing
 * or has another size than its manifest says stands among the unreadable ones; hashes are looked at when it is read.
 *
 * @throws Failure REMOTE_…, DEADLINE_EXCEEDED
 */
export async function listRemoteBackups(remote: Remote, signal: AbortSignal): Promise<Backups> {
  return within(remote.deadlineMs, signal, "listing the remote backups", async (limited) => {
    const files = await findFiles(remote, limited);
    const backups: Manifest[] = [];
    const unreadable: Unreadable[] = [];
    await forEachAtOnce(idsIn(files), atOnce, limited, async (id, each) => {
      const read = await readComplete(remote, id, files, each);
      if (read === undefined) return;
      if ("why" in read) unreadable.push(read);
      else backups.push(read);
    });
    backups.sort(
      (one, other) => Date.parse(other.startedAt) - Date.parse(one.startedAt) || order(other, one),
    );
    return { backups, unreadable: unreadable.sort(order) };
  });
}

/**
 * The newest backup in the remote place that is whole, by name and size of its files: for whoever watches that backups
 * go on leaving this host. Only as many manifests are read as it takes to find it. One that is dated in the future tells
 * nothing of that, and is passed over: a clock that was set wrongly once would hide for ever that no more are coming.
 *
 * @throws Failure REMOTE_…, DEADLINE_EXCEEDED
 */
export async function newestRemoteBackup(remote: Remote, signal: AbortSignal): Promise<Manifest | undefined> {
  return within(remote.deadlineMs, signal, "looking for the newest remote backup", async (limited) => {
    const files = await findFiles(remote, limited);
    // Ids begin with the second at which their backup began.
    for (const id of [...files.keys()].sort().reverse()) {
      const read = await readComplete(remote, id, files, limited);
      if (read === undefined || "why" in read) continue;
      if (Date.parse(read.startedAt) <= Date.now() + clockSlackMs) return read;
    }
    return undefined;
  });
}

async function readComplete(
  remote: Remote,
  id: string,
  files: Found,
  signal: AbortSignal,
): Promise<Manifest | Unreadable | undefined> {
  const read = await readRemoteManifest(remote, id, { pace: remote.pace, signal });
  if (read === undefined || "why" in read) return read;
  const there = files.get(id);
  const wrong = read.items.find(({ file, bytes }) => there?.get(file) !== bytes);
  if (wrong === undefined) return read;
  const bytes = there?.get(wrong.file);
  return {
    id,
    why: `its file ${wrong.file} ${bytes === undefined ? "is missing" : `has ${bytes} bytes, not ${wrong.bytes}`}`,
  };
}

/** Of the backups that have a manifest; what an interrupted upload left, and what others put there, is not ours to speak of. */
async function findFiles(remote: Remote, signal: AbortSignal): Promise<Found> {
  const found: Found = new Map();
  let continuationToken: string | undefined;
  do {
    const page = await listPage(remote, continuationToken, signal);
    for (const { name, bytes } of page.files) {
      const [id = "", file = "", ...deeper] = name.slice(remote.prefix.length).split("/");
      if (!isBackupId(id) || file === "" || deeper.length > 0) continue;
      found.set(id, (found.get(id) ?? new Map<string, number>()).set(file, bytes));
    }
    continuationToken = page.next;
  } while (continuationToken !== undefined);
  return new Map([...found].filter(([, files]) => files.has(manifestFile)));
}

interface Page {
  files: { name: string; bytes: number }[];
  next: string | undefined;
}

async function listPage(
  remote: Remote,
  continuationToken: string | undefined,
  signal: AbortSignal,
): Promise<Page> {
  return attempt(`listing ${remote.where}`, remote.pace, signal, async (abortSignal) => {
    const pages = remote.container
      .listBlobsFlat({ prefix: remote.prefix, abortSignal })
      .byPage(continuationToken === undefined ? {} : { continuationToken });
    const { value } = await pages.next();
    if (value === undefined) return { files: [], next: undefined };
    const files = value.segment.blobItems.map(
      ({ name, properties }: { name: string; properties: { contentLength?: number } }) => ({
        name,
        bytes: properties.contentLength ?? 0,
      }),
    );
    return { files, next: value.continuationToken || undefined };
  });
}

async function* idsIn(files: Found): AsyncGenerator<string> {
  yield* files.keys();
}

function order(one: { id: string }, other: { id: string }): number {
  return one.id.localeCompare(other.id);
}
