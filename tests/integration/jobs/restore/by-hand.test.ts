import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect, test } from "bun:test";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { folderOf, type Item, listBackups } from "../../../../sdk/core/manifest/index.ts";
import { run, succeed } from "../../../../sdk/core/process/index.ts";
import { openBackupProject } from "../../../support/backup-project.ts";
import { type PostgresServer, startPostgres } from "../../../support/postgres.ts";
import { richSchema } from "../../../support/rich-schema.ts";
import { checkout } from "../../../support/stack.ts";

const page = readFileSync(join(checkout, "docs/runbooks/restore-by-hand.md"), "utf8");
const limits = { deadlineMs: 60_000 };

let server: PostgresServer;
let folder: string;

beforeAll(async () => {
  server = await startPostgres();
  folder = mkdtempSync(join(tmpdir(), "by-hand-"));
}, 180_000);

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server?.[Symbol.asyncDispose]();
}, 180_000);

/** The page's commands in one script, the values of its first block replaced by these; every one of its variables must be given. */
function scriptOf(variables: Readonly<Record<string, string>>): string[] {
  const blocks = [...page.matchAll(/^```sh( variables)?\n(.*?)^```$/gms)].map(([, first, text = ""]) => ({
    first,
    text,
  }));
  const named = [...(blocks.find(({ first }) => first)?.text ?? "").matchAll(/^(\w+)=/gm)].map(
    ([, name]) => name,
  );
  expect(new Set(named)).toEqual(new Set(Object.keys(variables)));
  return blocks.filter(({ first }) => !first).map(({ text }) => text);
}

/** The program that the page names, where the machine may lack it: the same engine behind it. */
function sqliteProgram(): string {
  const programs = join(folder, "bin");
  mkdirSync(programs);
  const text = `#!${process.execPath}
import { Database } from "bun:sqlite";
const [path, statement] = process.argv.slice(2);
for (const row of new Database(path, { readonly: true }).query(statement).values()) console.log(row.join("|"));
`;
  writeFileSync(join(programs, "sqlite3"), text, { mode: 0o755 });
  return programs;
}

const contentOf = async (database: string) => {
  const argv = ["docker", "exec", server.container, "pg_dump", "-U", "owner", database];
  return (await succeed(argv, limits)).replaceAll(/^\\(un)?restrict .*$/gm, "");
};

test("the page's own commands restore an encrypted backup of everything, without Switchover", async () => {
  const identity = join(folder, "key.txt");
  await succeed(["age-keygen", "-o", identity], limits);
  const recipient = (await succeed(["age-keygen", "-y", identity], limits)).trim();
  const backups = {
    encryptTo: [recipient],
    directories: ["other/uploads", "data/uploads"],
    sqlite: ["data/notes.db"],
  };
  using project = openBackupProject(server, backups);
  const uploads = join(project.root, "data/uploads");
  const notes = join(project.root, "data/notes.db");
  mkdirSync(join(uploads, "deep"), { recursive: true });
  mkdirSync(join(project.root, "other/uploads"), { recursive: true });
  writeFileSync(join(uploads, "deep", "größe\n1.txt"), "uploaded");
  symlinkSync("../elsewhere", join(uploads, "link"));
  await succeed(["chown", "-R", "1001:1001", uploads], limits);
  {
    using database = new Database(notes);
    database.run("PRAGMA journal_mode = WAL");
    database.run("CREATE TABLE notes (text TEXT)");
    database.run("INSERT INTO notes VALUES ('a'), ('b')");
  }
  await server.psql(richSchema);
  await server.psql("ALTER DATABASE app SET work_mem = '16MB'; REVOKE ALL ON DATABASE app FROM PUBLIC");
  const before = await contentOf("app");
  const made = await project.run("backup-db");
  expect([made.exitCode, made.stderr]).toEqual([0, made.stderr]);
  const [backup] = listBackups(project.backups).backups;
  if (backup === undefined) throw new Error("no backup was made");

  await server.psql("DROP TABLE notes; UPDATE people SET name = 'damaged'");
  rmSync(join(uploads, "deep"), { recursive: true });
  writeFileSync(`${notes}-wal`, "a log of something else");
  const fileOf = (isMeant: (item: Item) => boolean) =>
    backup.items.find(isMeant)?.file.replace(/\.age$/, "") ?? "";
  const env = {
    BACKUP: folderOf(project.backups, backup),
    WORK: join(folder, "work"),
    IDENTITY: identity,
    CONTAINER: server.container,
    DBUSER: "owner",
    DATABASE: "app",
    DUMP: fileOf(({ type }) => type === "postgres"),
    GLOBALS: fileOf(({ type }) => type === "globals"),
    UPLOADS: uploads,
    UPLOADS_TAR: fileOf(({ facts }) => "path" in facts && facts.path === uploads),
    NOTES: notes,
    NOTES_COPY: fileOf(({ type }) => type === "sqlite"),
  };
  const PATH = `${sqliteProgram()}:${process.env["PATH"]}`;
  const options = { ...limits, cwd: "/", env: { ...env, PATH } };

  // As typed by somebody who goes on whatever is said: nothing of a damaged backup takes the place of anything.
  const damaged = join(folder, "damaged");
  await succeed(["cp", "--recursive", env.BACKUP, damaged], limits);
  for (const { file } of backup.items) truncateSync(join(damaged, file), 300);
  const serving = async () => [await contentOf("app"), readdirSync(uploads), readFileSync(notes)];
  const was = await serving();
  const typed = { ...options, env: { ...options.env, BACKUP: damaged, WORK: join(folder, "half") } };
  const gone = await run(["bash", "-c", `${scriptOf(env).join("\n")}\ntrue`], typed);
  expect([gone.exitCode, gone.stdout]).toEqual([0, expect.stringContaining(".zst.age: FAILED")]);
  expect(await serving()).toEqual(was);
  expect(await server.psql("SELECT datname FROM pg_database WHERE datname LIKE 'app_%'", "postgres")).toBe(
    "",
  );

  const done = await run(["bash", "-c", ["set -euo pipefail", ...scriptOf(env)].join("\n")], options);
  expect([done.exitCode, done.stderr]).toEqual([0, done.stderr]);

  expect(await contentOf("app")).toBe(before);
  expect(await server.psql("SELECT count(*) FROM people WHERE name = 'damaged'", "app_old")).toBe("450");
  const recorded = backup.items.find(
    (item): item is Extract<Item, { type: "postgres" }> => item.type === "postgres",
  );
  expect(recorded?.facts).toMatchObject({ encoding: "UTF8", collation: "C.UTF-8", owner: "owner" });
  expect(await server.psql("SHOW work_mem")).toBe("16MB");
  expect(readFileSync(join(uploads, "deep", "größe\n1.txt"), "utf8")).toBe("uploaded");
  expect(statSync(join(uploads, "deep")).uid).toBe(1001);
  using restored = new Database(notes, { readonly: true });
  expect(restored.query("SELECT count(*) FROM notes").values()).toEqual([[2]]);
  expect(Bun.file(`${notes}-wal`).size).toBe(0);
}, 120_000);
