import { shownSize } from "../../core/config/index.ts";
import { Failure } from "../../core/errors/index.ts";
import type { Item } from "../../core/manifest/index.ts";
import type { RunOptions } from "../../core/process/index.ts";
import type { Session } from "./connection.ts";
import { freeSpace } from "./restore.ts";
import type { Server } from "./server.ts";

type Dump = Pick<Extract<Item, { type: "postgres" }>, "name" | "rawBytes" | "facts">;

/**
 * Refuses to restore what would fill the disk that the server's databases are on: a server without room stops for all of
 * them. Where that disk cannot be seen (no container, or a user who may not know the folder) nothing is refused.
 *
 * @throws Failure NO_SPACE
 */
export async function assertRoom(
  session: Session,
  server: Server,
  dump: Dump,
  options: RunOptions,
): Promise<void> {
  if (server.container === undefined) return;
  const [row] = await session.query<{ folder: string }>(
    "SELECT setting AS folder FROM pg_settings WHERE name = 'data_directory'",
  );
  if (row === undefined) return;
  const free = await freeSpace(server, row.folder, options);
  const needed = neededFor(dump);
  if (free >= needed) return;
  throw new Failure("NO_SPACE", {
    message: `a restore of ${dump.name} needs about ${shownMegabytes(needed)}, and ${shownMegabytes(free)} are free where the server keeps its databases`,
    why: `it would stand beside those that are there, in ${row.folder}; a full disk stops the server for all of them`,
    remedy:
      "free space there: ./scripts/maintenance.ts --task prune-replaced drops databases that restores replaced long ago (./scripts/restore-db.ts list shows all); or enlarge the disk",
    details: { database: dump.name, folder: row.folder, needed, free },
  });
}

/** As large as it was, or twice as large as what it holds: a database may have been mostly holes. */
function neededFor({ rawBytes, facts }: Dump): number {
  return Math.min(facts.size, rawBytes * 2);
}

function shownMegabytes(bytes: number): string {
  return shownSize(Math.ceil(bytes / 1e6) * 1e6);
}
