import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A migration as it stands in the source. */
export interface MigrationFile {
  id: string;
  file: string;
  sql: string;
}

/**
 * The migrations of a folder, in the order of their ids: `<id>.sql`, or `<id>/migration.sql` as Prisma has them. What
 * takes a migration back (`.down.sql`) is none.
 *
 * @throws the file system's own error when the folder cannot be read.
 */
export function readMigrationFiles(folder: string): MigrationFile[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((one, other) =>
    one.name < other.name ? -1 : 1,
  );
  return entries.flatMap((entry) => {
    if (entry.isDirectory()) return inFolder(folder, entry.name);
    if (!entry.name.endsWith(".sql") || entry.name.endsWith(".down.sql")) return [];
    const file = join(folder, entry.name);
    return [{ id: entry.name.replace(/(?:\.up)?\.sql$/, ""), file, sql: readFileSync(file, "utf8") }];
  });
}

function inFolder(folder: string, id: string): MigrationFile[] {
  const names = readdirSync(join(folder, id));
  if (!names.includes("migration.sql")) return [];
  const file = join(folder, id, "migration.sql");
  return [{ id, file, sql: readFileSync(file, "utf8") }];
}

const headerLines = 10;
const marker = /^--\s*switchover:\s*breaks-previous-release\s*$/;

/** Whether a migration says of itself, in its first lines, that the release before it cannot live with it. */
export function breaksPrevious({ sql }: MigrationFile): boolean {
  return sql.split(/\r?\n/, headerLines).some((line) => marker.test(line));
}
