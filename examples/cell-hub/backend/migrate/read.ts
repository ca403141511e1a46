import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** One file of SQL; its name without `.sql` is its id. */
export interface Migration {
  readonly id: string;
  readonly sql: string;
  /** The release before this one cannot live with it. */
  readonly breaksPrevious: boolean;
}

const marker = /^--\s*switchover:\s*breaks-previous-release\s*$/;
const headerLines = 10;

/** The migrations of this release, in order. */
export async function readMigrations(
  directory = join(import.meta.dir, "../migrations"),
): Promise<Migration[]> {
  const names = (await readdir(directory)).filter((name) => /^\d{3}_\w+\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await Bun.file(join(directory, name)).text();
      const breaksPrevious = sql.split("\n", headerLines).some((line) => marker.test(line));
      return { id: name.slice(0, -".sql".length), sql, breaksPrevious };
    }),
  );
}
