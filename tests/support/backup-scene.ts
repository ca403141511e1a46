import { afterAll, beforeAll, expect } from "bun:test";
import { type BackupProject, openBackupProject } from "./backup-project.ts";
import { documentOf } from "./document.ts";
import { type PostgresServer, startPostgres } from "./postgres.ts";

/** What tests of faults work with: a server of their own, a project whose database it has, and a good backup of it. */
export interface BackupScene {
  readonly server: PostgresServer;
  readonly project: BackupProject;
  /** The backup that was made first. */
  readonly good: string;
  /** Makes one more by the script, which has to succeed, and gives its id. */
  makeBackup(): Promise<string>;
  /** The backup restores beside the database that serves, with so many rows in the table `people`. */
  expectRestores(id: string, rows: number): Promise<void>;
}

interface SceneWish {
  /** What the database holds, among it a table `people`. */
  sql: string;
  /** What the configuration says of backups. */
  backups?: Record<string, unknown>;
  /** What the project's folder holds beside it. */
  prepare?: (project: BackupProject) => void;
}

/** Called at the top of a test file: what it gives is there within the file's tests. */
export function backupScene({ sql, backups = {}, prepare = () => {} }: SceneWish): BackupScene {
  let server: PostgresServer;
  let project: BackupProject;
  let good = "";
  const makeBackup = async () => {
    const ended = await project.run("backup-db", ["--json"]);
    expect([ended.exitCode, ended.exitCode === 0 ? "" : ended.stderr]).toEqual([0, ""]);
    const { id } = (documentOf(ended).result as { backup: { id: string } }).backup;
    return id;
  };
  beforeAll(async () => {
    server = await startPostgres();
    await server.psql(sql);
    project = openBackupProject(server, backups);
    prepare(project);
    good = await makeBackup();
  }, 120_000);
  afterAll(async () => {
    project?.[Symbol.dispose]();
    await server?.[Symbol.asyncDispose]();
  });
  return {
    get server() {
      return server;
    },
    get project() {
      return project;
    },
    get good() {
      return good;
    },
    makeBackup,
    async expectRestores(id, rows) {
      const flags = ["restore", id, "--database", "app", "--as", "back"];
      const { exitCode, stderr } = await project.run("restore-db", flags);
      expect([exitCode, exitCode === 0 ? "" : stderr]).toEqual([0, ""]);
      expect(await server.psql("SELECT count(*) FROM people", "back")).toBe(String(rows));
    },
  };
}
