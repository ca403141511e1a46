import { shownBytes } from "../../core/config/index.ts";
import { asFailure, Failure } from "../../core/errors/index.ts";
import { folderOf, type Manifest } from "../../core/manifest/index.ts";
import type { Server } from "../../systems/postgres/index.ts";
import { backupsFolder, findServer } from "../backup/index.ts";
import type { RestoreDesk } from "./desk.ts";
import { notWritten } from "./items/path-refusals.ts";
import { restoreDatabase } from "./items/postgres/index.ts";
import { restoreSqlite } from "./items/sqlite.ts";
import { restoreTree } from "./items/tree.ts";
import { noteEnd } from "./journal.ts";
import type { Piece } from "./piece.ts";
import { assertReadable } from "./read-item.ts";
import type { Goal, Placed, Restored } from "./restored.ts";
import { settleLeftovers, settleOwn } from "./settle.ts";
import { swapBackCommand } from "./swap-back-command.ts";

/**
 * Restores pieces of a backup, each into a new place, and checks them all before the first of them gets its own. When one
 * cannot be put there, those before it are taken back.
 *
 * @throws Failure; what served goes on serving then, and nothing is left of the restore. UNDO_FAILED says where that is not so.
 */
export async function restoreBackup(
  desk: RestoreDesk,
  backup: Manifest,
  pieces: readonly Piece[],
  goal: Goal,
): Promise<Placed[]> {
  const folder = folderOf(backupsFolder(desk.configuration), backup);
  for (const { item } of pieces) assertReadable(desk, folder, item);
  const server = memoized(() => findServer(desk.configuration));
  await settleLeftovers(desk, server, desk.journal.path);
  try {
    const placed = await restoreAll({ desk, backup: backup.id, folder, goal }, pieces, server);
    noteEnd(desk);
    return placed;
  } catch (thrown) {
    // What cannot be cleared away now is by the next run: the journal has no end then.
    await settleOwn(desk, server).catch((trouble: unknown) => {
      desk.report.warn(
        `the next restore has to clear away what this one leaves: ${asFailure(trouble).message}`,
      );
    });
    throw thrown;
  }
}

async function restoreAll(
  run: Run,
  pieces: readonly Piece[],
  server: () => Promise<Server>,
): Promise<Placed[]> {
  const { desk } = run;
  const made: Made[] = [];
  for (const piece of pieces) {
    const one = () => restoreOne(run, piece, server).catch((thrown: unknown) => failed(run, piece, thrown));
    made.push({ piece, restored: await inStep(desk, stepOf(piece), shownBytes(piece.item.rawBytes), one) });
  }
  return await placeAll(run, made);
}

/** A piece that is restored, and waits for its place. */
interface Made {
  piece: Piece;
  restored: Restored;
}

interface Run {
  desk: RestoreDesk;
  backup: string;
  folder: string;
  goal: Goal;
}

async function restoreOne(
  run: Run,
  { item, target }: Piece,
  server: () => Promise<Server>,
): Promise<Restored> {
  switch (item.type) {
    case "postgres":
      return await restoreDatabase({ ...run, server: await server() }, { item, target });
    case "sqlite":
      return await restoreSqlite(run, { item, target });
    case "directory":
    case "file":
      return await restoreTree(run, { item, target });
  }
}

function failed({ goal }: Run, piece: Piece, thrown: unknown): never {
  if (piece.item.type === "postgres") throw thrown;
  throw notWritten(goal.kind === "in-place" ? piece.target : (goal.as ?? piece.target), thrown);
}

async function placeAll(run: Run, made: readonly Made[]): Promise<Placed[]> {
  const { desk } = run;
  const done: Done[] = [];
  try {
    for (const { piece, restored } of made) {
      const place = () => restored.place().catch((thrown: unknown) => failed(run, piece, thrown));
      done.push({ restored, placed: await inStep(desk, `${stepOf(piece)}: its place`, "", place) });
    }
    return done.map(({ placed }) => placed);
  } catch (thrown) {
    await takeBack(desk, done, thrown);
    throw thrown;
  }
}

/** What has its place, and can be taken back. */
interface Done {
  restored: Restored;
  placed: Placed;
}

async function takeBack(desk: RestoreDesk, done: readonly Done[], reason: unknown): Promise<void> {
  for (const { restored, placed } of done.toReversed()) {
    try {
      const aside = await restored.takeBack(placed);
      const written =
        aside === undefined ? "" : `; what was written to the restored one meanwhile is in ${aside}`;
      desk.report.say(`${placed.at} is again what it was${written}`);
    } catch (thrown) {
      throw new Failure("UNDO_FAILED", {
        message: `${placed.at} was replaced, and could not be taken back`,
        why: `${asFailure(reason).message}; then ${asFailure(thrown).message}`,
        remedy:
          placed.kept === undefined
            ? "nothing stood there before: remove what was restored, if it is not wanted"
            : `what stood there is ${placed.kept}; mend what is named, then: ${swapBackCommand(placed.at)}`,
        details: { at: placed.at, kept: placed.kept },
        cause: thrown,
      });
    }
  }
}

async function inStep<T>(desk: RestoreDesk, step: string, detail: string, act: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1_000;
  desk.report.begin(step);
  try {
    const done = await act();
    desk.report.end(step, "done", seconds(), detail);
    return done;
  } catch (thrown) {
    desk.report.end(step, "failed", seconds());
    throw thrown;
  }
}

function stepOf({ item }: Piece): string {
  return `${item.type} ${item.name}`;
}

function memoized<T>(find: () => Promise<T>): () => Promise<T> {
  let found: Promise<T> | undefined;
  return () => {
    found ??= find();
    return found;
  };
}
