import type { Stage } from "../../core/process/index.ts";
import type { Server } from "./server.ts";
import { connectingTool, databaseOption, readingTool } from "./tools.ts";

/**
 * `pg_dump` of one database in its custom format, uncompressed: zstd behind it is quicker and smaller than its own gzip.
 *
 * @param snapshot of `pg_export_snapshot`, so that the dump holds what was counted in it.
 * @param lockWaitMs how long it may wait behind an ACCESS EXCLUSIVE lock.
 */
export function dumpStage(server: Server, database: string, snapshot: string, lockWaitMs: number): Stage {
  return connectingTool(server, "pg_dump", [
    "--format=custom",
    "--compress=0",
    `--snapshot=${snapshot}`,
    `--lock-wait-timeout=${lockWaitMs}`,
    databaseOption(database),
  ]);
}

/** `pg_dumpall --globals-only`: roles and tablespaces. Only a superuser may read the roles' passwords. */
export function globalsStage(server: Server, database: string, passwords: boolean): Stage {
  return connectingTool(server, "pg_dumpall", [
    "--globals-only",
    ...(passwords ? [] : ["--no-role-passwords"]),
    databaseOption(database),
  ]);
}

/** Reads a dump to its end and makes all of its SQL, for nobody: `pg_restore --list` would read the table of contents only. */
export function readDumpStage(server: Server): Stage {
  return readingTool(server, "pg_restore", ["--file=/dev/null"]);
}

/** The last line that `pg_dumpall` writes, which one that was cut off lacks. */
export const globalsEnd = "-- PostgreSQL database cluster dump complete";
