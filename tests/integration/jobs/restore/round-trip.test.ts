import { afterAll, beforeAll, expect, test } from "bun:test";
import { succeed } from "../../../../sdk/core/process/index.ts";
import { type BackupProject, openBackupProject } from "../../../support/backup-project.ts";
import { documentOf } from "../../../support/document.ts";
import { type PostgresServer, startPostgres } from "../../../support/postgres.ts";
import { aroundIt, largeObjects, richSchema } from "../../../support/rich-schema.ts";

let server: PostgresServer;
let project: BackupProject;

beforeAll(async () => {
  server = await startPostgres();
  await server.psql(richSchema + largeObjects + aroundIt);
  await server.psql("CREATE DATABASE empty ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0", "postgres");
  project = openBackupProject(server, { databases: ["empty"] });
}, 120_000);

afterAll(async () => {
  project?.[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
}, 180_000);

/** All that a dump says, and what it does not say: settings, rights, comments. */
async function contentOf(database: string): Promise<string> {
  const dump = ["docker", "exec", server.container, "pg_dump", "-U", "owner", "--create", database];
  const text = await succeed(dump, { deadlineMs: 60_000 });
  // A key of each dump's own, against injected psql commands.
  return text.replaceAll(/^\\(un)?restrict .*$/gm, "");
}

async function backUp(): Promise<string> {
  const run = await project.run("backup-db", ["--json"]);
  if (run.exitCode !== 0) throw new Error(run.stderr);
  const { backup } = documentOf(run).result as { backup: { id: string } };
  return backup.id;
}

async function restore(...flags: string[]) {
  const run = await project.run("restore-db", ["restore", ...flags, "--json"]);
  if (run.exitCode !== 0) throw new Error(`${run.stderr}\n${run.stdout}`);
  return (documentOf(run).result as { placed: { at: string; kept: string | null; pauseMs?: number }[] })
    .placed;
}

test("dump, restore, dump: the same content, in its place, and the old database is kept and comes back", async () => {
  const before = await contentOf("app");
  expect(before).toContain("CREATE POLICY");
  const id = await backUp();

  await server.psql("DROP TABLE notes; UPDATE people SET name = 'damaged'");
  const damaged = await contentOf("app");
  const placed = await restore(id, "--database", "app", "--in-place", "--confirm=app");

  expect(await contentOf("app")).toBe(before);
  const kept = placed[0]?.kept ?? "";
  expect(placed).toMatchObject([
    { at: "app", kept: expect.stringMatching(/^app_old_\d{8}_\d{6}$/), pauseMs: expect.any(Number) },
  ]);
  expect((await contentOf(kept)).replaceAll(kept, "app").replaceAll(/^COMMENT ON DATABASE.*$/gm, "")).toBe(
    damaged.replaceAll(/^COMMENT ON DATABASE.*$/gm, ""),
  );
  expect(
    await server.psql(
      "SELECT last_analyze IS NULL AND last_autoanalyze IS NULL FROM pg_stat_user_tables WHERE relname = 'people'",
    ),
  ).toBe("f");

  const back = await project.run("restore-db", ["swap-back", "--confirm=app", "--json"]);
  expect(back.exitCode).toBe(0);
  expect(await contentOf("app")).toBe(damaged);
  const forth = await project.run("restore-db", ["swap-back", "app", "--confirm=app"]);
  expect([forth.exitCode, forth.stderr]).toEqual([0, forth.stderr]);
  expect(await contentOf("app")).toBe(before);
}, 180_000);

test("a database without a row, in another encoding, comes out beside what serves as it was", async () => {
  const [placed] = await restore(await backUp(), "--database", "empty");
  expect(placed?.at).toMatch(/^empty_restored_\d{8}_\d{6}$/);
  const name = placed?.at ?? "";
  const uncommented = (text: string) =>
    text.replaceAll(/^(-- Name: DATABASE .*|COMMENT ON DATABASE .*|--|)\n/gm, "");
  expect(uncommented((await contentOf(name)).replaceAll(name, "empty"))).toBe(
    uncommented(await contentOf("empty")),
  );
}, 180_000);
