import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../../../sdk/core/process/index.ts";
import { snapshotSqlite, sqliteFacts } from "../../../../sdk/systems/sqlite/index.ts";

import { nobody } from "../../../support/as-another.ts";
import { checkout } from "../../../support/stack.ts";

const options = { deadlineMs: 30_000 };
let folder: string;
let source: string;
let target: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sqlite-"));
  source = join(folder, "app.db");
  target = join(folder, "copy.db");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function makeSource(): Database {
  const database = new Database(source);
  database.run("PRAGMA journal_mode = WAL");
  database.run("PRAGMA user_version = 7");
  database.run('CREATE TABLE "odd ""name" (a)');
  database.run("CREATE TABLE entries (id INTEGER PRIMARY KEY, text TEXT NOT NULL)");
  database.run("CREATE INDEX by_text ON entries (text)");
  database.run(`
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
    INSERT INTO entries SELECT i, 'Zelle ' || i || ' — größer' FROM n
  `);
  return database;
}

test("what stands in the log alone is in the copy; in a mere copy of the file it is not", async () => {
  using writer = makeSource();
  copyFileSync(source, join(folder, "mere.db"));

  const facts = await snapshotSqlite(source, target, options);

  expect(facts).toMatchObject({
    journalMode: "wal",
    userVersion: 7,
    tables: [
      { name: "entries", rows: 1000 },
      { name: 'odd "name', rows: 0 },
    ],
  });
  using copy = new Database(target, { readonly: true });
  expect(copy.query("SELECT text FROM entries WHERE id = 1000").values()).toEqual([["Zelle 1000 — größer"]]);
  expect(statSync(target).mode & 0o777).toBe(0o600);
  const mere = await sqliteFacts(join(folder, "mere.db"), options);
  expect(mere.tables).toEqual([]);
  expect(writer.query("PRAGMA journal_mode").values()).toEqual([["wal"]]);
});

test("the copy is one moment of a database that is written to throughout", async () => {
  using setUp = makeSource();
  setUp.run("CREATE TABLE pairs (side TEXT)");
  const writing = Bun.spawn([process.execPath, "-e", pairsWriter, source], { stdout: "pipe" });
  const reader = writing.stdout.getReader();
  await reader.read();
  try {
    const copies = [0, 1, 2].map((n) => join(folder, `copy-${n}.db`));
    for (const copy of copies) {
      await snapshotSqlite(source, copy, options);
      using database = new Database(copy, { readonly: true });
      const count = (side: string) =>
        database.query("SELECT count(*) FROM pairs WHERE side = ?").values(side)[0];
      expect(count("left")).toEqual(count("right"));
    }
  } finally {
    writing.kill();
    await writing.exited;
  }
});

/** Two rows a transaction, without end: a copy of any one moment has as many of one as of the other. */
const pairsWriter = `
  import { Database } from "bun:sqlite";
  const database = new Database(process.argv.at(-1));
  const pair = database.transaction(() => {
    database.run("INSERT INTO pairs VALUES ('left')");
    database.run("INSERT INTO pairs VALUES ('right')");
  });
  pair();
  console.log("begun");
  for (;;) pair();
`;

test("an index that disagrees with its table is found", async () => {
  makeSource().close();
  const bytes = readFileSync(source);
  const at = bytes.lastIndexOf("Zelle 500 ");
  const other = bytes.indexOf("Zelle 500 ");
  expect(at).not.toBe(other);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  writeFileSync(source, bytes);
  expect(sqliteFacts(source, options)).rejects.toMatchObject({ code: "DATABASE_DAMAGED" });
});

test("a database whose index needs what only its application has is refused with what helps", async () => {
  const database = new Database(source);
  database.run("CREATE TABLE t (a TEXT); CREATE INDEX i ON t (a COLLATE NOCASE); INSERT INTO t VALUES ('x')");
  database.close();
  writeFileSync(source, readFileSync(source, "latin1").replace("NOCASE", "ITSOWN"), "latin1");
  expect(snapshotSqlite(source, target, options)).rejects.toMatchObject({
    code: "DATABASE_UNREADABLE",
    remedy: expect.stringContaining(".backup"),
  });
});

test("a file that is no database, one that is missing, and a copy that is there already are refused", async () => {
  writeFileSync(source, "not a database, but long enough to be looked at".repeat(100));
  expect(snapshotSqlite(source, target, options)).rejects.toMatchObject({ code: "DATABASE_DAMAGED" });
  const missing = snapshotSqlite(join(folder, "missing.db"), join(folder, "other.db"), options);
  expect(missing).rejects.toMatchObject({
    code: "DATABASE_UNREADABLE",
    details: { code: "SQLITE_CANTOPEN" },
  });
  rmSync(source);
  makeSource().close();
  writeFileSync(target, "somebody's");
  expect(snapshotSqlite(source, target, options)).rejects.toMatchObject({ code: "DATABASE_UNREADABLE" });
  expect(readFileSync(target, "utf8")).toBe("somebody's");
});

test("a reader leaves nothing beside another user's database that would keep its application out", async () => {
  makeSource().close();
  chownSync(source, 1001, 1001);
  chmodSync(folder, 0o777);
  const program = join(checkout, "sdk/systems/sqlite/program/main.ts");
  const asNobody = ["setpriv", `--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups"];
  const read = async () => {
    const argv = [...asNobody, process.execPath, "--no-env-file", "--no-install", program, "facts", source];
    return JSON.parse((await run(argv, { ...options, cwd: "/" })).stdout);
  };
  expect(await read()).toMatchObject({ failed: { code: "EACCES" } });
  expect(readdirSync(folder)).toEqual(["app.db"]);
  chmodSync(source, 0o666);
  expect(await read()).toMatchObject({ done: { userVersion: 7, journalMode: "wal" } });
  expect(readdirSync(folder)).toEqual(["app.db"]);
});
