import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { docker } from "../../sdk/systems/docker/index.ts";
import { documentOf } from "../support/document.ts";
import { type ScriptRun, startScript } from "../support/script.ts";
import { openStack, type Stack } from "../support/stack.ts";
import { untilPasses } from "../support/until.ts";

/** The tests follow one stack through its life, so their order is part of them. */
let stack: Stack;
beforeAll(async () => {
  stack = await openStack();
}, 60_000);
afterAll(() => stack[Symbol.asyncDispose](), 60_000);

const script = join(import.meta.dir, "../../scripts/status.ts");
const start = (flags: readonly string[], env: Record<string, string> = {}) =>
  startScript("status", ["--config", stack.configFile, ...flags], env);
const status = (flags: readonly string[] = [], env: Record<string, string> = {}) => start(flags, env).ended;

async function seen(env: Record<string, string> = {}): Promise<{ run: ScriptRun; result: unknown }> {
  const run = await status(["--json"], env);
  return { run, result: documentOf(run).result };
}

async function deploy(release: string): Promise<void> {
  const run = await stack.deploy(["--release", release, "--skip-backup"]);
  if (run.exitCode !== 0) throw new Error(run.stderr);
}

test("before the first deployment nothing serves, and the way to begin is shown", async () => {
  const run = await status();
  expect(run.exitCode).toBe(1);
  expect(run.stdout).toContain(`${stack.name}: blue does not serve`);
  expect(run.stdout).toMatch(/nothing was deployed yet: \/.*\/scripts\/deploy-production.ts --config \//);
  expect(run.stderr).toBe("");
  expect(existsSync(stack.state())).toBe(false);
});

test("while a deployment runs, its lock and its step are told", async () => {
  const deployment = stack.start(["--release", "1", "--skip-backup"]);
  await deployment.shows("stage");
  const { result } = await seen();
  expect(result).toMatchObject({ running: { command: "deploy-production", release: "1" } });
  expect(result).not.toHaveProperty("unfinished");
  expect((await deployment.ended).exitCode).toBe(0);
}, 120_000);

test("what serves well is told with release, answers and uptime, and exits 0", async () => {
  const { run, result } = await seen();
  expect(run.exitCode).toBe(0);
  const answer = { ok: true, summary: "backend answers as release 1" };
  expect(result).toMatchObject({
    serves: true,
    proxy: "up",
    active: "green",
    environments: {
      green: {
        state: "ready",
        release: "1",
        services: expect.arrayContaining([
          expect.objectContaining({
            name: "backend",
            state: "ready",
            restarts: 0,
            direct: answer,
            frontDoor: answer,
          }),
        ]),
      },
      blue: { state: "absent", warm: false },
    },
    deployments: [{ release: "1", outcome: "deployed" }],
    lastGood: "1",
  });
});

test("a second release leaves the first one warm, to be rolled back to at once", async () => {
  await deploy("2");
  const { result } = await seen();
  expect(result).toMatchObject({
    active: "blue",
    environments: { green: { release: "1", warm: true } },
    rollback: { release: "1", environment: "green", instant: true, breaking: [] },
  });
  expect((await status()).stdout).toContain("to release 1 in green, at once");
}, 120_000);

test("a look leaves no log, no record and no lock behind", async () => {
  const logs = () => readdirSync(join(stack.directory)).concat(readdirSync(stack.state())).sort();
  const before = [logs(), readFileSync(stack.state("history.jsonl"), "utf8")];
  await status();
  expect([logs(), readFileSync(stack.state("history.jsonl"), "utf8")]).toEqual(before);
});

test("without a Docker daemon the rest is told, and the exit code is 1", async () => {
  const { run, result } = await seen({ DOCKER_HOST: "unix:///nowhere/docker.sock" });
  expect(run.exitCode).toBe(1);
  expect(result).toMatchObject({
    serves: false,
    problems: [],
    proxy: "up",
    active: "blue",
    environments: { blue: { state: "unknown", release: "2" } },
    lastGood: "2",
    unseen: [{ what: "the containers", code: "DOCKER_DOWN" }],
  });
});

test("a Docker daemon that hangs is not waited for long", async () => {
  const folder = mkdtempSync(join(tmpdir(), "switchover-hung-"));
  const socket = join(folder, "docker.sock");
  const daemon = Bun.listen({ unix: socket, socket: { data() {} } });
  try {
    const { run, result } = await seen({ DOCKER_HOST: `unix://${socket}` });
    expect(run.exitCode).toBe(1);
    expect(result).toMatchObject({
      proxy: "up",
      unseen: [{ what: "the containers", code: "DEADLINE_EXCEEDED" }],
    });
    expect(run.durationMs).toBeLessThan(15_000);
  } finally {
    daemon.stop(true);
    rmSync(folder, { recursive: true });
  }
}, 30_000);

async function untilItServes(): Promise<void> {
  for (const end = Date.now() + 30_000; Date.now() < end; await Bun.sleep(200)) {
    if ((await status()).exitCode === 0) return;
  }
  throw new Error("it does not serve again");
}

const dockerNow = (...args: string[]) => docker(args, { deadlineMs: 30_000 });

test("a service of the active environment that is stopped is named, and exits 1", async () => {
  const backend = stack.container("blue", "backend");
  await dockerNow("container", "stop", "--time", "0", backend);
  const { run, result } = await seen();
  await dockerNow("container", "start", backend);
  await untilItServes();
  expect(run.exitCode).toBe(1);
  expect(result).toMatchObject({
    serves: false,
    problems: ["backend is stopped"],
    environments: { blue: { state: "partial", warm: false } },
  });
}, 60_000);

test("a proxy that is stopped is told, with where it will point", async () => {
  const edge = stack.container("shared", "edge");
  await dockerNow("container", "stop", edge);
  const { run, result } = await seen();
  await dockerNow("container", "start", edge);
  await untilItServes();
  expect(run.exitCode).toBe(1);
  expect(result).toMatchObject({
    proxy: "down",
    active: "blue",
    problems: [expect.stringMatching(/^the proxy does not answer; this starts it: .* up -d --no-deps edge$/)],
  });
}, 60_000);

test("a deployment that was killed is told with what to do", async () => {
  const deployment = stack.start(["--release", "3", "--skip-backup"]);
  await deployment.shows("build");
  deployment.child.kill("SIGKILL");
  await deployment.ended;
  const run = await status();
  expect(run.stdout).toMatch(/unfinished +a deploy of release 3, begun .* was cut off in /);
  expect(run.stdout).toMatch(/\/scripts\/deploy-production.ts --config \S+ --resume goes on with release 3/);
  expect((await seen()).result).not.toHaveProperty("running");
}, 60_000);

test("where it is written to a file a watch prints a block when something has changed, and ends with 0 on Ctrl-C", async () => {
  const file = join(stack.directory, "watched");
  const printed = () => readFileSync(file, "utf8");
  const blocks = () =>
    printed()
      .split(/^\d{4}-\d\d-\d\dT.*Z$/m)
      .slice(1);
  const child = Bun.spawn([script, "--watch", "500ms", "--config", stack.configFile], {
    stdin: "ignore",
    stdout: Bun.file(file),
    stderr: "ignore",
  });
  await untilPasses(() => expect(blocks()).not.toBeEmpty(), 30_000);
  await dockerNow("container", "stop", "--time", "0", stack.container("green", "ml"));
  await untilPasses(() => expect(blocks().at(-1)).toMatch(/^ *ml +stopped/m), 30_000);
  // Time for several looks that see nothing new.
  await Bun.sleep(3_000);
  child.kill("SIGINT");
  expect(await child.exited).toBe(0);
  const withoutTimes = blocks().map((block) => block.replaceAll(/\d+ (?:s|min)\b/g, ""));
  expect(withoutTimes.filter((block, index) => block === withoutTimes[index - 1])).toEqual([]);
  expect(printed()).not.toContain("\u001b");
}, 90_000);

test("on a terminal a watch stays in its place, and gives the first screen back", async () => {
  let shown = "";
  const { promise: drawn, resolve } = Promise.withResolvers<void>();
  const child = Bun.spawn([script, "--watch", "500ms", "--config", stack.configFile], {
    env: { ...process.env, TERM: "xterm-256color" },
    terminal: {
      cols: 100,
      rows: 12,
      data(_, bytes) {
        shown += Buffer.from(bytes).toString();
        if (shown.split("\u001b[H").length > 3) resolve();
      },
    },
  });
  await drawn;
  child.kill("SIGINT");
  expect(await child.exited).toBe(0);
  expect(shown).toContain("\u001b[?1049h");
  expect(shown).not.toContain("\u001b[2J");
  const [, after = ""] = shown.split("\u001b[?1049l");
  expect(after).toContain(`${stack.name}: blue`);
  const [, frame = ""] = shown.split("\u001b[H");
  expect(frame.split("\n").length).toBeLessThanOrEqual(12);
}, 60_000);

test("a release whose images are gone is no rollback that can be started", async () => {
  const containers = ["frontend", "backend", "ml"].map((service) => stack.container("green", service));
  await dockerNow("container", "rm", "--force", ...containers);
  expect((await seen()).result).toMatchObject({
    rollback: { release: "1", instant: false, startable: true },
  });
  const { images } = JSON.parse(readFileSync(stack.state("releases", "1.json"), "utf8"));
  await dockerNow("image", "rm", "--force", images.ml);
  expect((await seen()).result).toMatchObject({ rollback: { release: "1", startable: false } });
  expect((await status()).stdout).toContain("to release 1 in green, which cannot be started");
  const wayBack = await stack.deploy(["--quick-rollback", "--dry-run"]);
  expect(wayBack.stderr).toContain("error[IMAGE_MISSING] release 1, the last good one, cannot be started");
  expect(wayBack.exitCode).toBe(4);
}, 60_000);

test.each([[["--watch", "--json"]], [["--watch", "10ms"]], [["--last", "many"]]])(
  "%p is refused as a mistake of the command line",
  async (flags) => {
    expect((await status(flags)).exitCode).toBe(2);
  },
);
