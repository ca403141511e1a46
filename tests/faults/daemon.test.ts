import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Subprocess } from "bun";
import { parse, stringify } from "yaml";
import type { LoadReport } from "../../examples/cell-hub/load/index.ts";
import { setVariables } from "../support/env-file.ts";
import { type OwnDaemon, openDaemon } from "../support/own-daemon.ts";
import { type Started, startScript } from "../support/script.ts";
import { checkout, openStack, type Stack } from "../support/stack.ts";
import { configurationOf, variantOf } from "../support/variant.ts";

/** What the example is made of; its own images are built in the daemon. */
const images = ["switchover/bun:1.4.5", "cell-hub-services:bookworm"];

let daemon: OwnDaemon;
let stack: Stack;
let users: Subprocess<"ignore", "pipe", "inherit">;
const outside = process.env["DOCKER_HOST"];

beforeAll(async () => {
  daemon = await openDaemon(images);
  Object.assign(process.env, daemon.env);
  stack = await openStack({
    watch: { duration: "3s", interval: "100ms" },
    drain: { timeout: "300ms" },
  });
  const { blue, green } = stack.prepared.envFiles;
  for (const file of [blue, green]) setVariables(file, { MODEL_LOAD_SECONDS: "0" });
  useLoadedImages();
  const first = await start("r1").ended;
  expect({ exitCode: first.exitCode, stderr: first.stderr }).toMatchObject({ exitCode: 0 });
  users = startUsers();
}, 240_000);

afterAll(async () => {
  users?.kill("SIGKILL");
  try {
    await stack?.[Symbol.asyncDispose]();
  } finally {
    if (outside === undefined) delete process.env["DOCKER_HOST"];
    else process.env["DOCKER_HOST"] = outside;
    await daemon?.[Symbol.asyncDispose]();
  }
}, 120_000);

/** Starts a deployment inside the daemon's network. */
function start(release: string, config = stack.configFile): Started {
  return startScript("deploy-production", ["--config", config, "--release", release], {}, daemon.inside([]));
}

/** Users of the front door, inside the daemon's network, until they are told to leave. */
function startUsers() {
  const script = join(checkout, "examples/cell-hub/load/run.ts");
  const what = [
    "--front-door",
    stack.frontDoor,
    "--connections",
    "4",
    "--rate",
    "20",
    "--sockets",
    "2",
    "--uploads",
    "1",
  ];
  const argv = daemon.inside([script, ...what, "--seconds", "300"]);
  return Bun.spawn(argv, { stdin: "ignore", stdout: "pipe", stderr: "inherit" });
}

/** The shared services' image came with the daemon: in its network nothing can be fetched to build one. */
function useLoadedImages(): void {
  const file = stack.prepared.composeFiles.shared;
  const text = readFileSync(file, "utf8").replace("./edge/nginx:", `${join(file, "../edge/nginx")}:`);
  const shared: { services: Record<string, { build?: unknown }> } = parse(text);
  for (const service of Object.values(shared.services)) delete service.build;
  const own = join(stack.directory, "docker-compose.shared.yml");
  writeFileSync(own, stringify(shared));
  const { platform } = configurationOf(stack);
  stack.writeConfiguration({ platform: { ...platform, shared: { ...platform.shared, files: [own] } } });
}

/**
 * Ends and starts the daemon as soon as the deployment shows this text. The deployment then succeeds, or ends with all
 * put back, or says what a person has to do; and the next one succeeds whatever it was.
 */
function survives(when: string, signal: "SIGTERM" | "SIGKILL", text: string, release: string): void {
  test(`the daemon ended by ${signal} ${when}`, async () => {
    // Docker 20.10 asks no container that it finds running for its health any more: one that was not healthy by then
    // never becomes so, and the deployment waits for it until this is over.
    const run = start(
      release,
      variantOf(stack, (rest) => ({ ...rest, deadlines: { stage: "25s" } })),
    );
    await run.shows(text);
    await daemon.restart(signal);
    const { exitCode, stderr } = await run.ended;

    if (exitCode !== 0) {
      expect([1, 4]).toContain(exitCode ?? -1);
      expect(stderr).toMatch(/^error\[[A-Z_]+\] \S[\s\S]*^ {2}fix: \S/m);
      const again = await start(release).ended;
      expect({ exitCode: again.exitCode, stderr: again.stderr }).toMatchObject({ exitCode: 0 });
    }
    const answered = await startScript("status", ["--config", stack.configFile], {}, daemon.inside([])).ended;
    expect(answered.stdout).toContain(release);
  });
}

survives("while an environment is staged", "SIGKILL", "waiting for", "r2");
survives("before the release is verified", "SIGTERM", "is ready", "r3");
survives("in the watch", "SIGKILL", "serves release r4, ", "r4");

/**
 * A daemon that starts makes the rules of its published ports anew, and for that moment the kernel refuses new
 * connections. Nothing that runs on this host can prevent it; whatever has a connection keeps it.
 */
const refusedByTheKernel = /connecting: connect ECONNREFUSED/;

test("no user lost a request, a WebSocket or an upload that had a connection", async () => {
  users.kill("SIGTERM");
  const report: LoadReport = JSON.parse(await new Response(users.stdout).text());
  expect(report.answered).toBeGreaterThan(500);
  expect(report.failures.filter((failure) => !refusedByTheKernel.test(failure))).toEqual([]);
  const neverConnected = report.socketErrors + report.uploads.lost + report.sockets.refused;
  expect(neverConnected).toBeLessThan(report.answered / 100);
  const { unexpectedCloses, wrongEchoes } = report.sockets;
  expect({ non2xx: report.non2xx, unexpectedCloses, wrongEchoes }).toEqual({
    non2xx: 0,
    unexpectedCloses: 0,
    wrongEchoes: 0,
  });
});
