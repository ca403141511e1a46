import { lstatSync } from "node:fs";
import { messageOf } from "../../core/errors/index.ts";
import { openJournal } from "../../core/journal/index.ts";
import { isFreshName, type Server } from "../../systems/postgres/index.ts";
import type { RestoreDesk, RestoreReport } from "./desk.ts";
import { readBeside, removeFresh } from "./items/path-names.ts";
import { settleSwap } from "./items/path-swap.ts";
import { discardDatabase, stagingFolder } from "./items/postgres/index.ts";
import { type RestoreRecord, type Unfinished, unfinishedJournals } from "./journal.ts";
import { swapBackCommand } from "./swap-back-command.ts";

type Settling = Pick<RestoreDesk, "configuration"> & { report: Pick<RestoreReport, "say" | "warn"> };

/**
 * Clears away what runs that were cut off have left. Each is known by its journal, which names a thing before it is made,
 * and a database by its own comment as well; nothing else is touched. The caller holds the lock.
 *
 * @param findServer is asked only where a database has to be looked for.
 * @param own the journal of the run that is at work, where there is one.
 */
export async function settleLeftovers(
  desk: Settling,
  findServer: () => Promise<Server>,
  own?: string,
): Promise<void> {
  for (const journal of unfinishedJournals(desk.configuration)) {
    if (journal.path === own) continue;
    try {
      await settle(desk, journal, findServer);
      desk.report.say("cleared away what a restore that was cut off had left");
    } catch (thrown) {
      // What is wanted now may not need the server that this one did.
      desk.report.warn(
        `what a restore that was cut off had left cannot be cleared away now: ${messageOf(thrown)}`,
      );
    }
  }
}

/** The same for the run that is at work, which has failed or was interrupted. */
export async function settleOwn(desk: RestoreDesk, findServer: () => Promise<Server>): Promise<void> {
  const own = unfinishedJournals(desk.configuration).find(({ path }) => path === desk.journal.path);
  if (own !== undefined) await settle(desk, own, findServer);
}

async function settle(
  desk: Settling,
  { path, records }: Unfinished,
  findServer: () => Promise<Server>,
): Promise<void> {
  settlePaths(records);
  for (const { target, kept } of records.filter(hasItsPlace))
    desk.report.warn(
      `the restore that was cut off had put ${target} into its place already: ${swapBackCommand(target)} takes back what stood there, ${kept}`,
    );
  const databases = records.filter(isFreshDatabase);
  if (databases.length > 0) {
    const server = await findServer();
    const staging = stagingFolder({ server, desk });
    for (const { name } of databases) await discardDatabase(server, name, staging);
  }
  using journal = openJournal<RestoreRecord>(path);
  journal.append({ kind: "ended" });
}

/** A swap is brought to an end before what was being made is removed: by then it may be what stood there before. */
function settlePaths(records: readonly RestoreRecord[]): void {
  for (const record of records) if (record.kind === "swap") settleSwap(record);
  for (const record of records)
    if (record.kind === "fresh" && record.type === "path") removeFresh(record.name);
}

/** Whether a swap came to its end: what stood there before is kept, and something else stands in its place. */
function hasItsPlace(record: RestoreRecord): record is Extract<RestoreRecord, { kind: "swap" }> {
  if (record.kind !== "swap" || record.inode === undefined) return false;
  // One that was taken back again has put the restored one aside.
  if (readBeside(record.kept)?.state !== "kept") return false;
  const inodeOf = (path: string) => lstatSync(path, { throwIfNoEntry: false })?.ino;
  const now = inodeOf(record.target);
  return now !== undefined && now !== record.inode && inodeOf(record.kept) === record.inode;
}

function isFreshDatabase(record: RestoreRecord): record is Extract<RestoreRecord, { kind: "fresh" }> {
  return record.kind === "fresh" && record.type === "postgres" && isFreshName(record.name);
}
