import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { prepareSqlite, sqliteFacts, swapSqlite } from "../../../../sdk/systems/sqlite/index.ts";

const options = { deadlineMs: 30_000 };
const oldRows = 2_500;
const newRows = 2_000;
const numbers =
  "WITH RECURSIVE n(i) AS (SELECT ?1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2) SELECT i FROM n";
let folder: string;
let target: string;
let fresh: string;
let kept: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sqlite-"));
  target = join(folder, "app.db");
  fresh = join(folder, ".app.db.new");
  kept = join(folder, "app.db.old_20261126-110000");
  fill(fresh, newRows);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function fill(path: string, rows: number): void {
  using database = new Database(path);
  database.run("CREATE TABLE entries (id INTEGER PRIMARY KEY)");
  database.run(`INSERT INTO entries ${numbers}`, [1, rows]);
}

/** A database as a process that was killed leaves it: its last 500 rows stand in the log alone. */
function fillWithStaleLog(path: string): void {
  const live = join(folder, "live.db");
  {
    using database = new Database(live);
    database.run("PRAGMA journal_mode = WAL");
    database.run("PRAGMA wal_autocheckpoint = 0");
    database.run("CREATE TABLE entries (id INTEGER PRIMARY KEY)");
    database.run(`INSERT INTO entries ${numbers}`, [1, oldRows - 500]);
    database.run("PRAGMA wal_checkpoint(TRUNCATE)");
    database.run(`INSERT INTO entries ${numbers}`, [oldRows - 499, oldRows]);
    copyFileSync(live, path);
    copyFileSync(`${live}-wal`, `${path}-wal`);
  }
  for (const end of ["", "-wal", "-shm"]) rmSync(live + end, { force: true });
}

const rowsIn = async (path: string) => (await sqliteFacts(path, options)).tables[0]?.rows;

test("rows that stand in a stale log go away with the old database, and are in the kept one", async () => {
  fillWithStaleLog(target);
  const facts = await prepareSqlite(fresh, "wal", options);
  expect(facts.journalMode).toBe("wal");

  await swapSqlite({ target, fresh, kept }, options);

  expect(await rowsIn(target)).toBe(newRows);
  expect(await rowsIn(kept)).toBe(oldRows);
  using database = new Database(target, { readonly: true });
  expect(database.query("PRAGMA journal_mode").values()).toEqual([["wal"]]);
  expect(existsSync(fresh)).toBe(false);
});

test("the log of a database that is gone is not taken for the new one's", async () => {
  fillWithStaleLog(target);
  rmSync(target);
  await swapSqlite({ target, fresh, kept }, options);
  expect(await rowsIn(target)).toBe(newRows);
  expect(readdirSync(folder).sort()).toEqual(["app.db", "app.db.old_20261126-110000-wal"]);
});

test("a damaged database goes away with its companions, as it is", async () => {
  fillWithStaleLog(target);
  writeFileSync(target, "overwritten by something ".repeat(1_000));
  await swapSqlite({ target, fresh, kept }, options);
  expect(await rowsIn(target)).toBe(newRows);
  expect(readdirSync(folder).sort()).toEqual([
    "app.db",
    "app.db.old_20261126-110000",
    "app.db.old_20261126-110000-wal",
  ]);
  // Without its log it is not what it was, so it cannot simply come back.
  const again = swapSqlite({ target, fresh: kept, kept: join(folder, "other") }, options);
  expect(again).rejects.toMatchObject({ code: "DATABASE_UNREADABLE", details: { code: "NOT_ALONE" } });
});

test("the new file belongs to whom the old one did", async () => {
  fill(target, oldRows);
  Bun.spawnSync(["chown", "1001:1002", target]);
  Bun.spawnSync(["chmod", "0640", target]);
  await swapSqlite({ target, fresh, kept }, options);
  const { uid, gid, mode } = statSync(target);
  expect({ uid, gid, mode: mode & 0o777 }).toEqual({ uid: 1001, gid: 1002, mode: 0o640 });
});

test("while somebody has the database open it is refused, and nothing is changed", async () => {
  fillWithStaleLog(target);
  using reader = new Database(target);
  expect(reader.query("SELECT count(*) FROM entries").values()).toEqual([[oldRows]]);
  expect(swapSqlite({ target, fresh, kept }, options)).rejects.toMatchObject({
    code: "DATABASE_IN_USE",
    exitCode: 4,
  });
  reader.run("INSERT INTO entries VALUES (10000)");
  expect(await rowsIn(target)).toBe(oldRows + 1);
  expect(existsSync(kept)).toBe(false);
});

test("it comes back as it went", async () => {
  fillWithStaleLog(target);
  await swapSqlite({ target, fresh, kept }, options);
  await prepareSqlite(kept, "wal", options);
  await swapSqlite({ target, fresh: kept, kept: fresh }, options);
  expect(await rowsIn(target)).toBe(oldRows);
  expect(await rowsIn(fresh)).toBe(newRows);
});

test("killed before or after any of its changes, it leaves the old database or the new one", async () => {
  const program = resolve(import.meta.dir, "../../../../sdk/systems/sqlite/program/main.ts");
  const preload = resolve(import.meta.dir, "../../../support/preload/die-at.ts");
  const found: Record<string, number | undefined> = {};
  for (let count = 1; ; count += 1) {
    const codes = [];
    for (const when of ["before", "after"]) {
      for (const file of readdirSync(folder)) rmSync(join(folder, file));
      fillWithStaleLog(target);
      fill(fresh, newRows);
      const argv = [process.execPath, "--preload", preload, program, "swap", target, fresh, kept];
      const child = Bun.spawn(argv, {
        env: { ...process.env, DIE_AT: `${count} ${when}` },
        stdout: "ignore",
      });
      codes.push(await child.exited);
      const rows = await rowsIn(target);
      expect([oldRows, newRows]).toContain(Number(rows));
      found[`${count} ${when}`] = rows;
    }
    if (codes.every((code) => code === 0)) break;
  }
  expect(new Set(Object.values(found))).toEqual(new Set([oldRows, newRows]));
}, 60_000);
