import { availableParallelism } from "node:os";
import { type RunOptions, run, type Stage, succeed } from "../../core/process/index.ts";
import type { Server } from "./server.ts";
import { connectingTool, databaseOption, toolArgv } from "./tools.ts";

export interface RestoreOptions {
  /**
   * A folder where the server's programs run, in which the dump is laid down for the time of the restore. Several jobs need
   * a file in which they can go back and forth; without one, a single job reads the dump as it comes.
   */
  through?: string | undefined;
}

/** Indexes are built in so much memory, in each job; PostgreSQL's own default is half of it. A setting that froze all writing is none for a restore. */
const settings = "-c maintenance_work_mem=128MB -c default_transaction_read_only=off";

/** What the file is read with is the rest of the arguments. It must not be there, so that nobody's link is followed. */
const throughFile = `
  set -eu
  umask 077
  file=$1
  shift
  set -C
  : > "$file"
  set +C
  trap 'rm -f "$file"' EXIT
  trap 'exit 143' HUP INT TERM
  cat > "$file"
  "$@" "$file"
`;

/** `pg_restore` of a custom-format dump that it is fed with, into an empty database. The first error ends it. */
export function restoreStage(server: Server, database: string, { through }: RestoreOptions): Stage {
  const args = ["--exit-on-error", databaseOption(database)];
  if (through === undefined) return connectingTool(server, "pg_restore", args, { fed: true, settings });
  return connectingTool(server, "pg_restore", [...args, `--jobs=${jobs()}`], {
    fed: true,
    settings,
    through: ["sh", "-c", throughFile, "sh", stagedFile(through, database)],
  });
}

/** What a folder where the server's programs run has room for: bytes that are free, and whether they are the machine's memory. */
export async function spaceIn(
  server: Server,
  folder: string,
  options: RunOptions,
): Promise<{ free: number; inMemory: boolean }> {
  const printed = await succeed(toolArgv(server, ["df", "-Pk", folder]), options);
  const [device = "", , , kilobytes = ""] = printed.trim().split("\n").at(-1)?.split(/\s+/) ?? [];
  return { free: Number(kilobytes) * 1024, inMemory: ["tmpfs", "ramfs"].includes(device) };
}

/** Removes what a restore that was cut off may have laid down in the folder. */
export async function removeStaged(
  server: Server,
  folder: string,
  database: string,
  options: RunOptions,
): Promise<void> {
  await run(toolArgv(server, ["rm", "-f", stagedFile(folder, database)]), options);
}

/** The database's name is one that nobody can guess (`freshName`), so the file's is as well. */
function stagedFile(folder: string, database: string): string {
  return `${folder}/${database}.dump`;
}

function jobs(): number {
  return Math.min(4, Math.max(2, availableParallelism()));
}
