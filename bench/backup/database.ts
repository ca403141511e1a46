import { type BackupProject, openBackupProject } from "../../tests/support/backup-project.ts";
import { type PostgresServer, startPostgres } from "../../tests/support/postgres.ts";

/** A server with a database of about a gigabyte, and a project that backs it up. */
export interface Gigabyte extends AsyncDisposable {
  server: PostgresServer;
  project: BackupProject;
}

/** Rows of some 110 bytes that compress to a sixth, as texts and numbers of an application do. */
const fill = (rows: number) => `
  CREATE TABLE measurements AS
    SELECT n AS id, now() - n * interval '1 second' AS at, md5((n % 50000)::text) AS label, n % 1000 AS value,
           repeat('cell ' || n % 977 || ' ', 4) AS note
    FROM generate_series(1, ${rows}) n;
  ANALYZE measurements;`;

const rowsOfGigabyte = 9_000_000;

export async function openGigabyte(): Promise<Gigabyte> {
  const server = await startPostgres();
  try {
    await server.psql(fill(rowsOfGigabyte), "app", 300_000);
  } catch (thrown) {
    await server[Symbol.asyncDispose]();
    throw thrown;
  }
  const project = openBackupProject(server);
  return {
    server,
    project,
    async [Symbol.asyncDispose]() {
      project[Symbol.dispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}
