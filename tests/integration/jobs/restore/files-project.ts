import { Database } from "bun:sqlite";
import { expect } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { listBackups, type Manifest } from "../../../../sdk/core/manifest/index.ts";
import type { Placed } from "../../../../sdk/jobs/restore/index.ts";
import { openBackupProject } from "../../../support/backup-project.ts";
import { documentOf, errorOf } from "../../../support/document.ts";

/** Files are restored while the database's server is away. */
const away = { mode: "shared", service: "postgres", name: "app", user: "owner" };

export type FilesProject = ReturnType<typeof openFilesProject>;

/** A project of a folder with a link in it, a SQLite database and a file; its holder backs them up and restores them. */
export function openFilesProject() {
  const project = openBackupProject(undefined, {
    directories: ["data/uploads"],
    sqlite: ["data/notes.db"],
    files: ["edge/my nginx.conf"],
  });
  const uploads = join(project.root, "data/uploads");
  const notes = join(project.root, "data/notes.db");
  const conf = join(project.root, "edge/my nginx.conf");
  fill(uploads, notes, conf);

  function configureDatabase(database: object): void {
    const text = readFileSync(project.configFile, "utf8");
    const values = JSON.parse(text.slice("export default ".length, text.lastIndexOf(";")));
    writeFileSync(project.configFile, `export default ${JSON.stringify({ ...values, database })};\n`);
  }

  async function backUp(): Promise<Manifest> {
    configureDatabase({ mode: "none" });
    const run = await project.run("backup-db");
    configureDatabase(away);
    expect([run.exitCode, run.stderr]).toEqual([0, run.stderr]);
    const [newest] = listBackups(project.backups).backups;
    if (newest === undefined) throw new Error("no backup was made");
    return newest;
  }

  const restoreRun = (...flags: string[]) => project.run("restore-db", ["restore", ...flags, "--json"]);

  async function restore(...flags: string[]): Promise<Placed[]> {
    const run = await restoreRun(...flags);
    expect([run.exitCode, run.stderr]).toEqual([0, run.stderr]);
    return (documentOf(run).result as { placed: Placed[] }).placed;
  }

  async function refused(...flags: string[]) {
    const before = everything();
    const run = await restoreRun(...flags);
    expect(run.exitCode).not.toBe(0);
    expect(everything()).toEqual(before);
    return { ...errorOf(run), exitCode: run.exitCode };
  }

  /** Every name beside what was backed up, hidden ones too: what a restore leaves behind shows. */
  function everything(): string[] {
    return ["data", "edge"]
      .flatMap((part) => readdirSync(join(project.root, part), { recursive: true }).map(String))
      .sort();
  }

  function rows(path = notes): unknown {
    using database = new Database(path, { readonly: true });
    return database.query("SELECT group_concat(text, '') FROM notes").values()[0]?.[0];
  }

  return {
    ...{ project, uploads, notes, conf, backUp, restoreRun, restore, refused, everything, rows },
    [Symbol.dispose]: () => project[Symbol.dispose](),
  };
}

function fill(uploads: string, notes: string, conf: string): void {
  mkdirSync(join(uploads, "deep"), { recursive: true });
  mkdirSync(join(conf, ".."));
  writeFileSync(join(uploads, "deep/größe\n1.txt"), "uploaded", { mode: 0o640 });
  symlinkSync("/etc/passwd", join(uploads, "link"));
  writeFileSync(conf, "events {}\n");
  using database = new Database(notes);
  database.run("PRAGMA journal_mode = WAL");
  database.run("CREATE TABLE notes (text TEXT)");
  database.run("INSERT INTO notes VALUES ('a'), ('b')");
}
