import { Database } from "bun:sqlite";
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readSync,
  realpathSync,
  statSync,
} from "node:fs";

/** How long, in milliseconds, a lock that another connection holds for a moment is waited for. */
const busyMs = 5_000;

/** Opens a database that is there; one that is not is never made. */
export function openDatabase(path: string, access: "read" | "write"): Database {
  const reads = access === "read" && !mustTidyUp(path);
  const database = new Database(path, reads ? { readonly: true } : { readwrite: true, create: false });
  database.run(`PRAGMA busy_timeout = ${busyMs}`);
  return database;
}

/**
 * Whether its reader has to write. The first one of a database in WAL mode makes `-wal` and `-shm` beside it, which only one that
 * may write removes at its end. Those of another user's database would be the reader's, and keep its application out; root gives
 * them to the database's owner.
 *
 * @throws an Error with the code EACCES when it would leave them, and may not write
 */
function mustTidyUp(path: string): boolean {
  const reader = process.geteuid?.();
  if (!existsSync(path) || reader === 0 || reader === statSync(path).uid) return false;
  if (!isInWal(path) || existsSync(`${realpathSync(path)}-shm`)) return false;
  if (mayWrite(path)) return true;
  throw Object.assign(new Error("it is another user's, whom a log that is made to read it would keep out"), {
    code: "EACCES",
  });
}

/** The version that its readers need is 2. https://sqlite.org/fileformat.html#file_format_version_numbers */
function isInWal(path: string): boolean {
  const descriptor = openSync(path, "r");
  try {
    const header = Buffer.alloc(20);
    return readSync(descriptor, header) === header.length && header.readUInt8(19) === 2;
  } finally {
    closeSync(descriptor);
  }
}

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
