import { afterAll, beforeAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { listBackups } from "../../../../sdk/core/manifest/index.ts";
import { succeed } from "../../../../sdk/core/process/index.ts";
import { findServer } from "../../../../sdk/jobs/backup/index.ts";
import { containersOf, docker } from "../../../../sdk/systems/docker/index.ts";
import { type BackupProject, openBackupProject } from "../../../support/backup-project.ts";
import { errorOf } from "../../../support/document.ts";
import type { PostgresServer } from "../../../support/postgres.ts";
import { untilPasses } from "../../../support/until.ts";

const deadlineMs = 60_000;
const name = `switchover-test-away-${process.pid}`;

/** A server that nobody has brought up yet. */
const away: PostgresServer = {
  container: name,
  access: () => ({
    host: "",
    port: 5432,
    user: "owner",
    password: "a test's only",
    database: "app",
    tls: { mode: "off" },
  }),
  psql: () => Promise.reject(new Error("there is none")),
  [Symbol.asyncDispose]: () => Promise.resolve(),
};

const composeFile = `
services:
  postgres:
    image: cell-hub-services:bookworm
    command: ["run-postgres"]
    environment:
      POSTGRES_DB: app
      POSTGRES_USER: owner
      POSTGRES_PASSWORD: \${DB_PASSWORD:?it is not set}
    tmpfs: ["/var/lib/postgresql/data"]
    network_mode: bridge
`;

let project: BackupProject;
beforeAll(() => {
  project = openBackupProject(away);
  writeFileSync(join(project.root, "docker-compose.yml"), composeFile);
});
afterAll(async () => {
  const made = await containersOf(name, { deadlineMs });
  for (const { id } of made) await docker(["rm", "--force", "--volumes", id], { deadlineMs });
  project[Symbol.dispose]();
}, 60_000);

/** The command of the remedy, which a person copies. */
async function remedyOfBackup(): Promise<string> {
  const ended = await project.run("backup-db", ["--json"]);
  const { code, remedy } = errorOf(ended);
  expect([ended.exitCode, code]).toEqual([1, "DATABASE_UNREACHABLE"]);
  const [, command] = /^start it: (.+)$/.exec(remedy) ?? [];
  if (command === undefined) throw new Error(`no command in: ${remedy}`);
  return command;
}

/** As a person types it, in a folder that has nothing to do with it. */
const typed = (command: string) => succeed(["bash", "-c", command], { deadlineMs, cwd: "/" });

const backsUp = () =>
  untilPasses(async () => {
    const { exitCode, stderr } = await project.run("backup-db");
    expect([exitCode, exitCode === 0 ? "" : stderr]).toEqual([0, ""]);
  }, deadlineMs);

test("the command that is told where the server has no container, or a stopped one, works as it stands", async () => {
  await typed(await remedyOfBackup());
  await backsUp();
  const [made] = await containersOf(name, { deadlineMs });
  await docker(["pause", made?.id ?? ""], { deadlineMs });
  expect(await remedyOfBackup()).toBe(`docker unpause ${made?.name}`);
  await typed(await remedyOfBackup());
  await docker(["kill", made?.id ?? ""], { deadlineMs });
  expect(await remedyOfBackup()).toBe(`docker start ${made?.name}`);
  expect(listBackups(project.backups).backups).toHaveLength(1);
  await typed(await remedyOfBackup());
  await untilPasses(async () => {
    const [container] = await containersOf(name, { deadlineMs });
    expect(container?.status).toBe("running");
  }, deadlineMs);
}, 180_000);

test("a server in the host's own network is reached where the host listens", async () => {
  for (const { id } of await containersOf(name, { deadlineMs }))
    await docker(["rm", "--force", "--volumes", id], { deadlineMs });
  const labels = ["project", "service"].map(
    (key) => `--label=com.docker.compose.${key}=${key === "project" ? name : "postgres"}`,
  );
  const image = "cell-hub-services:bookworm";
  await docker(["run", "--detach", "--network=host", ...labels, image, "sleep", "60"], { deadlineMs });
  const { host, container } = await findServer(project.configuration);
  expect([host, container]).toEqual(["127.0.0.1", expect.any(String)]);
}, 60_000);
