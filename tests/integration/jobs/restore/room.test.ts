import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { docker } from "../../../../sdk/systems/docker/index.ts";
import { type BackupProject, openBackupProject } from "../../../support/backup-project.ts";
import { documentOf, errorOf } from "../../../support/document.ts";
import { type PostgresServer, startPostgres } from "../../../support/postgres.ts";

const deadlineMs = 60_000;
const far = 10 ** 15;
/** Where the second server has its databases: by the same name on this host as where it runs. */
const folder = mkdtempSync(join(tmpdir(), "switchover-cluster-"));
let server: PostgresServer;

beforeAll(async () => {
  chmodSync(folder, 0o777);
  server = await startPostgres(["--volume", `${folder}:${folder}`]);
  await server.psql("CREATE TABLE cells AS SELECT generate_series(1, 100)");
  await asPostgres(`
    initdb --pgdata=${folder}/cluster --username=owner --encoding=UTF8 --locale=C.UTF-8 --auth=trust --no-sync
    echo 'host all all all trust' >> ${folder}/cluster/pg_hba.conf
    pg_ctl --pgdata=${folder}/cluster --wait --log=${folder}/log \\
      --options="-p 5433 -c listen_addresses=* -c fsync=off" start
    createdb --host=127.0.0.1 --port=5433 --username=owner app`);
}, 120_000);
afterAll(async () => {
  await asPostgres(`pg_ctl --pgdata=${folder}/cluster --mode=immediate stop; rm -r ${folder}/cluster`);
  await server?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
}, 60_000);

const asPostgres = (script: string) =>
  docker(["exec", "--user", "postgres", server.container, "bash", "-euc", script], { deadlineMs });

/** A server that is reached by an address, as one of this host or of another. */
const byAddress = (port: number) =>
  openBackupProject(server, {}, { service: undefined, host: server.access().host, port });

async function backUp(project: BackupProject, size?: number): Promise<string> {
  const run = await project.run("backup-db", ["--json"]);
  expect([run.exitCode, run.exitCode === 0 ? "" : run.stderr]).toEqual([0, ""]);
  const { id } = (documentOf(run).result as { backup: { id: string } }).backup;
  if (size === undefined) return id;
  const path = join(project.backups, id, "manifest.json");
  const manifest = JSON.parse(readFileSync(path, "utf8"));
  manifest.items[0].facts.size = size;
  manifest.items[0].rawBytes = size;
  writeFileSync(path, JSON.stringify(manifest));
  return id;
}

const unseen = (line: string) => line.includes("could not be looked at");

test("a server of this host has its disk looked at, and what would fill it is refused", async () => {
  using project = byAddress(5433);
  const whole = await project.run("restore-db", ["restore", await backUp(project)]);
  expect([whole.exitCode, whole.stderr]).toEqual([0, whole.stderr]);
  expect(whole.stderr.split("\n").filter(unseen)).toEqual([]);
  const refused = await project.run("restore-db", ["restore", await backUp(project, far), "--json"]);
  expect([refused.exitCode, errorOf(refused)]).toMatchObject([
    1,
    { code: "NO_SPACE", details: { needed: far, folder: `${folder}/cluster` } },
  ]);
}, 120_000);

test("of a server whose disk this host does not see, or may not know, that is said, and it is restored", async () => {
  using elsewhere = byAddress(5432);
  const restored = await elsewhere.run("restore-db", ["restore", await backUp(elsewhere)]);
  expect([restored.exitCode, restored.stderr]).toEqual([0, restored.stderr]);
  expect(restored.stderr.split("\n").filter(unseen)).toEqual([
    expect.stringMatching(
      /^whether the server has the [\d.]+ [kM]B that app takes could not be looked at: .*on another machine/,
    ),
  ]);
  const proven = await elsewhere.run("backup-db", ["--verify", "restore"]);
  expect([proven.exitCode, proven.stderr]).toEqual([0, expect.stringContaining("could not be looked at")]);

  await server.psql(
    "CREATE ROLE tenant LOGIN CREATEDB PASSWORD 'tenant'; ALTER DATABASE app OWNER TO tenant",
  );
  await server.psql("ALTER TABLE cells OWNER TO tenant; GRANT ALL ON SCHEMA public TO tenant");
  using tenancy = openBackupProject(server, {}, { user: "tenant" });
  writeFileSync(join(tenancy.root, ".env"), "DB_PASSWORD=tenant\n", { mode: 0o600 });
  const run = await tenancy.run("restore-db", ["restore", await backUp(tenancy)]);
  expect([run.exitCode, run.stderr]).toEqual([0, expect.stringContaining("pg_read_all_settings")]);
}, 120_000);
