import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { succeed } from "../../sdk/core/process/index.ts";
import type { Gigabyte } from "./database.ts";

/** Neither reads what it wrote again nor sees that it is on the disk; but no failure of pg_dump is lost. */
const script = 'set -o pipefail; docker exec "$1" pg_dump -U owner -Fc -Z0 app | zstd -q -3 -T0 -o "$2"';

const deadlineMs = 300_000;

/** Dumps the database the way that a person would, into the same folder. Gives seconds. */
export async function backUpWithPipe({ server, project }: Gigabyte): Promise<number> {
  mkdirSync(project.backups, { recursive: true });
  const started = performance.now();
  const file = join(project.backups, "app.dump.zst");
  await succeed(["bash", "-c", script, "bash", server.container, file], { deadlineMs });
  const seconds = (performance.now() - started) / 1_000;
  rmSync(file);
  return seconds;
}
