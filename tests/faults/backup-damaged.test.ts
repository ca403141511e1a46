import { beforeAll, expect, test } from "bun:test";
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { folderOf, type Item, listBackups, type Manifest } from "../../sdk/core/manifest/index.ts";
import { startProof } from "../../sdk/jobs/backup/proof.ts";
import { readDumpStage, type Server } from "../../sdk/systems/postgres/index.ts";
import { backupScene } from "../support/backup-scene.ts";
import { errorOf } from "../support/document.ts";
import { failureOf } from "../support/failure-of.ts";

const scene = backupScene({
  sql: `
    CREATE TABLE people (id int PRIMARY KEY, name text);
    INSERT INTO people SELECT n, md5(n::text) FROM generate_series(1, 20000) n;
  `,
});
let backup: Manifest;
let dump: Item;
let whole: Buffer;

beforeAll(() => {
  const [only] = listBackups(scene.project.backups).backups;
  const item = only?.items.find(({ type }) => type === "postgres");
  if (only === undefined || item === undefined) throw new Error("there is no backup");
  [backup, dump] = [only, item];
  whole = readFileSync(path());
});

const path = () => join(folderOf(scene.project.backups, backup), dump.file);

/** Where its own pg_restore reads the dump. */
function reading(): Server {
  const { host, port, user, password, tls } = scene.server.access();
  return { host, port, user, password, tls, container: scene.server.container, project: "backups" };
}

/** Decodes these bytes as the proof of a backup does, without looking at their hash. */
async function decode(bytes: Uint8Array): Promise<number> {
  await using proof = startProof(readDumpStage(reading()), { deadlineMs: 60_000 });
  await proof.write(bytes);
  return (await proof.end()).rawBytes;
}

test("the whole file decodes to as many bytes as the manifest says", async () => {
  expect(await decode(whole)).toBe(dump.rawBytes);
}, 30_000);

test("cut off at every tenth, it is found out by decoding alone", async () => {
  for (let tenth = 0; tenth < 10; tenth += 1) {
    const part = whole.subarray(0, Math.floor((whole.length * tenth) / 10));
    expect((await failureOf(decode(part))).code).toBe("COMMAND_FAILED");
  }
}, 60_000);

test("with one bit flipped anywhere, it is found out by decoding alone", async () => {
  for (const place of [0.1, 0.35, 0.6, 0.85]) {
    const flipped = Buffer.from(whole);
    const at = Math.floor(whole.length * place);
    flipped[at] = (flipped[at] ?? 0) ^ 0b0000_0100;
    expect((await failureOf(decode(flipped))).code).toBe("COMMAND_FAILED");
  }
}, 60_000);

test("what was damaged since it was made is not restored, and the database that serves is not touched", async () => {
  const before = await scene.server.psql("SELECT oid FROM pg_database WHERE datname = 'app'");
  const damages = [
    () => truncateSync(path(), Math.floor(whole.length / 2)),
    () => {
      const flipped = Buffer.from(whole);
      flipped[100] = (flipped[100] ?? 0) ^ 1;
      writeFileSync(path(), flipped);
    },
  ];
  for (const damage of damages) {
    damage();
    const ended = await scene.project.run("restore-db", [
      "restore",
      backup.id,
      "--database",
      "app",
      "--in-place",
      "--confirm",
      "app",
      "--json",
    ]);
    expect([ended.exitCode, errorOf(ended).code]).toEqual([1, "BACKUP_DAMAGED"]);
  }
  expect(await scene.server.psql("SELECT oid FROM pg_database WHERE datname = 'app'")).toBe(before);
  expect(await scene.server.psql("SELECT datname FROM pg_database WHERE datname LIKE '%restore%'")).toBe("");
  writeFileSync(path(), whole);
  await scene.expectRestores(backup.id, 20_000);
}, 90_000);
