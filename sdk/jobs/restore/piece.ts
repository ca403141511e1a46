import { isAbsolute, resolve } from "node:path";
import type { Configuration } from "../../core/config/index.ts";
import { Failure } from "../../core/errors/index.ts";
import { followLink } from "../../core/files/index.ts";
import { type Item, type Manifest, readBackup } from "../../core/manifest/index.ts";
import { asTyped } from "../../core/process/index.ts";
import { isTooLong } from "../../systems/postgres/index.ts";
import { backupsFolder, targetsOf } from "../backup/index.ts";
import type { Goal } from "./restored.ts";

/** An item that can be put somewhere; the server's roles are a person's matter. */
export type RestorableItem = Exclude<Item, { type: "globals" }>;

/** One thing of a backup that is to be restored. */
export interface Piece<I extends RestorableItem = RestorableItem> {
  item: I;
  /** The database, or the path, that it was made of. */
  target: string;
}

export interface Choice {
  database?: string | undefined;
  path?: string | undefined;
}

/**
 * What of a backup is to be restored: all of it, or one thing by its name. Databases come first: somebody who uses one can
 * keep it from its place, and what has its own by then is written to until it is taken back.
 *
 * @throws Failure NOTHING_TO_RESTORE
 */
export function choosePieces(configuration: Configuration, backup: Manifest, choice: Choice): Piece[] {
  const restorable = backup.items.flatMap((item) => (item.type === "globals" ? [] : [item]));
  const chosen = restorable.filter((item) => isChosen(item, choice));
  if (chosen.length === 0) throw nothing(backup, restorable);
  const order = ["sqlite", "postgres", "directory", "file"];
  return chosen
    .map((item) => ({ item, target: behindLink(targetOf(configuration, backup, item), item) }))
    .sort((one, other) => order.indexOf(one.item.type) - order.indexOf(other.item.type));
}

/** By its name, or by the path that every message tells of it. */
function isChosen(item: RestorableItem, { database, path }: Choice): boolean {
  if (database === undefined && path === undefined) return true;
  const sought = flagFor(item) === "--database" ? database : path;
  if (sought === undefined) return false;
  const isPath = item.type !== "postgres" && isAbsolute(sought);
  return item.name === sought || (isPath && item.facts.path === resolve(sought));
}

function flagFor({ type }: RestorableItem): "--database" | "--path" {
  return type === "postgres" || type === "sqlite" ? "--database" : "--path";
}

/**
 * The manifest says where a thing lay. Where the configuration knows that path no more, it says by the thing's name where that
 * lies now, unless another thing of the backup lay there: names are numbered anew when a folder comes or goes.
 */
function targetOf(configuration: Configuration, backup: Manifest, item: RestorableItem): string {
  if (item.type === "postgres") return item.name;
  const configured = targetsOf(configuration).flatMap((target) =>
    "path" in target && target.type === item.type ? [target] : [],
  );
  if (configured.some(({ path }) => path === item.facts.path)) return item.facts.path;
  const lay = new Set(backup.items.flatMap(({ facts }) => ("path" in facts ? [facts.path] : [])));
  const moved = configured.find(({ name, path }) => name === item.name && !lay.has(path));
  return moved?.path ?? item.facts.path;
}

/**
 * A SQLite database is restored behind its symbolic link, as it was backed up: the link stays, and so does the disk that it
 * leads to. One that leads elsewhere by now may have been planted, and is left as it is.
 */
function behindLink(path: string, item: RestorableItem): string {
  if (item.type !== "sqlite") return path;
  const { leadsTo } = item.facts;
  return leadsTo !== undefined && followLink(path) === leadsTo ? leadsTo : path;
}

function nothing(backup: Manifest, restorable: readonly RestorableItem[]): Failure {
  const names = restorable.map((item) => asTyped([flagFor(item), item.name]));
  return new Failure("NOTHING_TO_RESTORE", {
    message: `the backup ${backup.id} holds nothing of that name`,
    why: `it holds ${names.join(", ") || "nothing that can be restored"}`,
    remedy: `see what is in it: ./scripts/restore-db.ts show ${backup.id}`,
  });
}

/**
 * Where the pieces are to go.
 *
 * @throws Failure USAGE when one name is given for several things, or one that nothing can have
 */
export function goalOf(
  pieces: readonly Piece[],
  { inPlace, as }: { inPlace?: true | undefined; as?: string | undefined },
): Goal {
  if (inPlace) return { kind: "in-place" };
  if (as === undefined) return { kind: "beside", as };
  const [piece] = pieces;
  if (piece !== undefined && pieces.length === 1) return { kind: "beside", as: placeOf(piece, as) };
  throw new Failure("USAGE", {
    message: `--as names one thing, and ${pieces.length} are to be restored`,
    why: pieces.map(({ item }) => `${item.type} ${item.name}`).join(", "),
    remedy: "choose one with --database or --path",
  });
}

/** A path is told from where the person stands; whoever clears up after this run may stand elsewhere. */
function placeOf({ item }: Piece, as: string): string {
  if (as === "") throw new Failure("USAGE", { message: "--as needs a name", remedy: "write --as NAME" });
  if (item.type !== "postgres") return resolve(as);
  if (isTooLong(as)) throw tooLong(as);
  return as;
}

function tooLong(name: string): Failure {
  return new Failure("USAGE", {
    message: `the name ${name} is too long for a database`,
    why: "PostgreSQL keeps 63 bytes of a name, and cuts off the rest without a word",
    remedy: "give a shorter name with --as",
  });
}

/**
 * What a person types before these are replaced: the name of the one, or the project's for several. A backup of another
 * project is never what is expected, so it takes the name of that one.
 */
export function wordFor({ project }: Configuration, backup: Manifest, pieces: readonly Piece[]): string {
  const [only] = pieces;
  if (backup.project !== project) return backup.project;
  return pieces.length === 1 && only !== undefined ? only.item.name : project;
}

/**
 * @throws Failure BACKUP_UNKNOWN, BACKUP_DAMAGED
 */
export function findBackup(configuration: Configuration, id: string): Manifest {
  return readBackup(backupsFolder(configuration), id);
}
