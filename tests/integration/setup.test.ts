import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { run, succeed } from "../../sdk/core/process/index.ts";
import {
  baseImage,
  bunImage,
  bunVersion,
  type PlannedItem,
  schedulerImage,
  setUp,
} from "../../sdk/jobs/setup/index.ts";

const script = path.resolve(import.meta.dir, "../../scripts/setup.ts");
const folders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin"];
const hidden = ["docker", "dockerd", "docker-compose", "wrk", "age", "zstd", "pg_dump", "mmdebstrap"];
const hideAll = folders
  .flatMap((folder) => hidden.map((name) => path.join(folder, name)))
  .map((file) => `if [ -e ${file} ]; then mount --bind /dev/null ${file}; fi`)
  .join("\n");
const hideLists = "mount -t tmpfs none /var/lib/apt/lists";

/** The command in a mount namespace of its own, with no Docker, no wrk, and no package lists. */
function withoutDocker(argv: readonly string[]): string[] {
  return ["unshare", "--mount", "sh", "-c", `set -e\n${hideAll}\n${hideLists}\nexec "$@"`, "sh", ...argv];
}

/** The command as a user who may read everything, for the checkout can be anywhere, and may write nothing. */
function asNobody(argv: readonly string[]): string[] {
  const reading = ["--inh-caps", "+dac_read_search", "--ambient-caps", "+dac_read_search"];
  const user = ["--reuid", "65534", "--regid", "65534", "--clear-groups"];
  return ["setpriv", ...user, ...reading, "--", "env", "HOME=/nonexistent", ...argv];
}

function setup(...args: string[]): string[] {
  return [process.execPath, "--no-env-file", "--no-install", script, ...args];
}

const quick = { deadlineMs: 30_000 };

let dir: string;

beforeAll(() => {
  dir = mkdtempSync("/var/tmp/switchover-test-");
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function plannedWithoutDocker(): Promise<PlannedItem[]> {
  const argv = withoutDocker(setup("--for", "test", "--dry-run", "--json"));
  const document: { result: { items: PlannedItem[] } } = JSON.parse(await succeed(argv, quick));
  return document.result.items;
}

test("a dry run on a bare machine lists everything, with the commands that would install it", async () => {
  const items = await plannedWithoutDocker();
  expect(items.map(({ name, state }) => [name, state])).toEqual([
    ["Docker engine", "missing"],
    ["Docker daemon", "missing"],
    ["Docker Compose v2", "missing"],
    ["zstd", "missing"],
    [`image ${baseImage}`, "missing"],
    [`image ${bunImage}`, "missing"],
    [`image ${schedulerImage}`, "missing"],
    ["wrk", "missing"],
    ["age", "missing"],
    ["PostgreSQL client", "missing"],
  ]);
  const commands = new Map(items.map((item) => [item.name, item.commands.join("\n")]));
  expect(commands.get("Docker engine")).toMatch(
    /apt-get install --yes --no-install-recommends .* docker\.io iptables/,
  );
  expect(commands.get("Docker Compose v2")).toMatch(
    /Dir::State::Lists=\/tmp\/.* update\n.* download docker-compose/,
  );
  expect(commands.get(`image ${baseImage}`)).toMatch(
    /docker pull .*\n[\s\S]*mmdebstrap .* bookworm-security main/,
  );
  expect(commands.get(`image ${bunImage}`)).toContain(`docker build --tag ${bunImage}`);
});

test("the same for a person goes to stderr, and stdout stays empty", async () => {
  const { stdout, stderr, exitCode } = await run(withoutDocker(setup("--for", "deploy", "--dry-run")), quick);
  expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 0 });
  expect(stderr).toMatch(/missing {2}Docker engine \(.*\)\n {4}comes from .*:\n {4}apt-get update\n/);
  expect(stderr).not.toContain("wrk");
});

test("without root what is missing is listed with its commands, and the exit code is 4", async () => {
  const { stdout, stderr, exitCode } = await run(
    withoutDocker(asNobody(setup("--for", "demo", "--json"))),
    quick,
  );
  expect(exitCode).toBe(4);
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, exitCode: 4, error: { code: "ROOT_NEEDED" } });
  expect(stderr).toMatch(/# Docker engine\n\s+apt-get update\n/);
});

test("a daemon that refuses this user is not taken for one that is down", async () => {
  const { stderr, exitCode } = await run(asNobody(setup("--for", "demo")), quick);
  expect(exitCode).toBe(4);
  expect(stderr).toStartWith("error[DOCKER_DENIED] ");
  expect(stderr).toContain("usermod --append --groups docker");
});

test("a daemon elsewhere that is down is left to its owner", async () => {
  const env = { DOCKER_HOST: `unix://${dir}/none.sock` };
  const { stderr, exitCode } = await run(setup("--for", "deploy"), { ...quick, env });
  expect(exitCode).toBe(4);
  expect(stderr).toContain(
    `error[DOCKER_DOWN] Docker daemon could not be set up: no Docker daemon answers at unix://`,
  );
});

test("a daemon that takes the connection and says nothing is told from one that is down", async () => {
  const socket = path.join(dir, "silent.sock");
  using _silent = Bun.listen({ unix: socket, socket: { data: () => undefined } });
  const { stderr, exitCode } = await run(setup("--for", "deploy"), {
    deadlineMs: 60_000,
    env: { DOCKER_HOST: `unix://${socket}` },
  });
  expect(exitCode).toBe(4);
  expect(stderr).toContain("error[DOCKER_DOWN] the Docker daemon did not answer within 10 s");
});

test("a second set-up installs nothing, says nothing, and is quick", async () => {
  await setUp("test", { say: () => undefined });
  const said: string[] = [];
  const { items, durationMs } = await setUp("test", { say: (line) => said.push(line) });
  expect(said).toEqual([]);
  expect(items.map(({ state }) => state)).toEqual(items.map(() => "present"));
  expect(durationMs).toBeLessThan(3_000);
});

test("apt works in the base image, with security fixes", async () => {
  const shell = "apt-get update && apt-get install --simulate nginx-light";
  const output = await succeed(["docker", "run", "--rm", baseImage, "sh", "-c", shell], {
    deadlineMs: 90_000,
  });
  expect(output).toContain("bookworm-security");
  expect(output).toContain("Inst nginx-light");
});

test("the image for Bun runs the Bun of its name", async () => {
  const version = await succeed(
    ["docker", "run", "--rm", "--network", "none", bunImage, "bun", "--version"],
    quick,
  );
  expect(version.trim()).toBe(bunVersion);
});

test("a purpose that there is not is a usage error", async () => {
  const { exitCode, stdout } = await run(setup("--for", "fun"), quick);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
});
