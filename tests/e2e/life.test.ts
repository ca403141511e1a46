import { afterAll, beforeAll, expect, test } from "bun:test";
import { chownSync, statSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { run, succeed } from "../../sdk/core/process/index.ts";
import { documentOf } from "../support/document.ts";
import { setVariables } from "../support/env-file.ts";
import { checkout, openStack, type Stack } from "../support/stack.ts";
import { servingOf, standingIn } from "../support/standing.ts";

let stack: Stack;

beforeAll(async () => {
  const watch = { duration: "500ms", interval: "100ms" };
  const permissions = { uid: 1001, gid: 1001 };
  const uploads = { blue: "data/uploads", green: "data/uploads" };
  stack = await openStack({ watch, drain: { timeout: "300ms" }, permissions, uploads });
  const { blue, green } = stack.prepared.envFiles;
  for (const file of [blue, green]) setVariables(file, { MODEL_LOAD_SECONDS: "0" });
}, 60_000);

afterAll(() => stack[Symbol.asyncDispose](), 60_000);

/** What serves, and what stands beside it. */
async function layout() {
  const serving = await servingOf(stack);
  const idle = await standingIn(stack, serving.environment === "blue" ? "green" : "blue");
  return { ...serving, beside: `${idle.release ?? "nothing"}, ${idle.state}` };
}

test("the first deployment starts everything, from cron and through a link", async () => {
  const link = join(stack.directory, "deploy");
  symlinkSync(join(checkout, "scripts/deploy-production.ts"), link);
  const uploads = join(stack.directory, "data/uploads");
  chownSync(uploads, 0, 0);
  const cron = ["env", "-i", "PATH=/usr/bin:/bin", "HOME=/root", "SHELL=/bin/sh"];
  const { exitCode, stdout, stderr } = await run(
    [...cron, link, "--config", stack.configFile, "--release", "r1"],
    { deadlineMs: 120_000, cwd: stack.directory },
  );

  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
  expect(stderr).toContain("nothing serves yet");
  expect(stderr).not.toContain("\u001B[");
  expect(stderr).toMatch(/permissions … done .* looked at, \d+ changed/);
  expect(statSync(uploads)).toMatchObject({ uid: 1001, gid: 1001 });
  expect(await layout()).toEqual({ environment: "green", release: "r1", beside: "nothing, absent" });
}, 150_000);

test("the second goes beside it, leaves it warm, and prints one document of the agreed shape", async () => {
  const ended = await stack.deploy(["--release", "r2", "--json", "--skip-backup"]);
  const document = documentOf(ended);

  expect(document).toEqual({
    command: "deploy-production",
    ok: true,
    exitCode: 0,
    startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    durationMs: expect.any(Number),
    logFile: expect.stringMatching(/\/logs\/deployment\/deployment-\d{8}-\d{6}(-\d+)?\.log$/),
    result: expect.objectContaining({
      course: expect.objectContaining({ release: "r2", from: "green", serving: "r1", to: "blue" }),
      switchMs: expect.any(Number),
    }),
  });
  expect(await layout()).toEqual({ environment: "blue", release: "r2", beside: "r1, ready" });
});

test("--skip-backup says loudly that none was made", async () => {
  const { stderr } = await stack.deploy(["--release", "r3", "--skip-backup", "--quiet"]);
  expect(stderr).toMatch(/^warning: NO BACKUP was made/m);
  expect(await layout()).toEqual({ environment: "green", release: "r3", beside: "r2, ready" });
});

test("a log is its owner's alone, lies in the project, and holds what the tools printed", async () => {
  const { logFile } = documentOf(await stack.deploy(["--dry-run", "--json"]));
  expect(statSync(String(logFile)).mode & 0o777).toBe(0o600);
  expect(statSync(dirname(String(logFile))).mode & 0o077).toBe(0);
  expect(dirname(String(logFile))).toBe(join(stack.directory, "logs/deployment"));
});

test("a rollback is the switch alone while the release before is warm", async () => {
  const ended = await stack.deploy(["--quick-rollback", "--json"]);
  const { result } = documentOf(ended);

  expect(result).toMatchObject({ warm: true, steps: [{ step: "switch", outcome: "done" }] });
  expect(await layout()).toEqual({ environment: "blue", release: "r2", beside: "r3, ready" });
});

test("what was rolled back from can be deployed again by its id, without being built", async () => {
  const { result } = documentOf(await stack.deploy(["--release", "r3", "--json"]));
  expect(result).toMatchObject({
    steps: expect.arrayContaining([expect.objectContaining({ step: "build", outcome: "skipped" })]),
  });
  expect(await layout()).toEqual({ environment: "green", release: "r3", beside: "r2, ready" });
});

test("a rollback starts the release before where it was stopped", async () => {
  await stopped("blue");
  const { result } = documentOf(await stack.deploy(["--quick-rollback", "--json"]));
  expect(result).toMatchObject({ warm: false });
  expect(await layout()).toEqual({ environment: "blue", release: "r2", beside: "r3, ready" });
});

test("and makes it anew, from its images on this host, where it was removed", async () => {
  await removed("green");
  const forward = await stack.deploy(["--release", "r1"]);
  expect(forward.exitCode).toBe(0);
  await removed("blue");
  const { result } = documentOf(await stack.deploy(["--quick-rollback", "--json"]));
  expect(result).toMatchObject({ warm: false, course: { release: "r2", to: "blue" } });
  expect(await layout()).toEqual({ environment: "blue", release: "r2", beside: "r1, ready" });
});

test("without keepPrevious the environment before is stopped, and a rollback starts it", async () => {
  stack.writeConfiguration({ keepPrevious: false });
  await stack.deploy(["--release", "r4"]);
  expect(await layout()).toEqual({ environment: "green", release: "r4", beside: "r2, stopped" });
  const back = await stack.deploy(["--quick-rollback"]);
  expect(back.exitCode).toBe(0);
  expect(await servingOf(stack)).toEqual({ environment: "blue", release: "r2" });
});

async function stopped(environment: "blue" | "green"): Promise<void> {
  await succeed(["docker", "stop", ...names(environment)], { deadlineMs: 60_000 });
}

async function removed(environment: "blue" | "green"): Promise<void> {
  await succeed(["docker", "rm", "--force", ...names(environment)], { deadlineMs: 60_000 });
}

function names(environment: "blue" | "green"): string[] {
  return ["frontend", "backend", "ml"].map((service) => stack.container(environment, service));
}
