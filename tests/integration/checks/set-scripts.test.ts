import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { readEnvFile } from "../../../sdk/core/config/index.ts";
import { errorOf } from "../../support/document.ts";
import { type Hostile, hostileServer, hostilities } from "../../support/hostile.ts";
import { type ScriptRun, startScript } from "../../support/script.ts";
import { checkout, openStack, type Stack } from "../../support/stack.ts";
import { nginxImage } from "./fixture.ts";

setDefaultTimeout(300_000);

let stack: Stack;
let silent: Hostile;
beforeAll(async () => {
  await nginxImage();
  stack = await openStack();
  silent = await hostileServer(hostilities["says nothing"]);
});
afterAll(async () => {
  silent[Symbol.dispose]();
  await stack[Symbol.asyncDispose]();
});

const script = join(checkout, "scripts/pre-deployment-check.ts");
const pre = (...args: string[]) =>
  startScript("pre-deployment-check", ["--config", stack.configFile, ...args]).ended;
const verify = (...args: string[]) =>
  startScript("post-deployment-verify", ["--config", stack.configFile, ...args]).ended;

interface Seen {
  id: string;
  status: string;
  summary: string;
}

function findingsOf({ stdout }: ScriptRun): Seen[] {
  return JSON.parse(stdout).result.findings;
}

test("before the first deployment everything passes or warns; the log has every finding, and is private", async () => {
  const { exitCode, stdout } = await pre("--json");
  expect(exitCode).toBe(0);
  const { logFile, result } = JSON.parse(stdout);
  expect(result.counts.fail).toBe(0);
  expect(result.findings.length).toBeGreaterThan(11);
  expect(basename(logFile)).toMatch(/^pre-deployment-\d{8}-\d{6}(-\d+)?\.log$/);
  expect(statSync(logFile).mode & 0o777).toBe(0o600);
  const log = readFileSync(logFile, "utf8");
  for (const { id, status } of result.findings) expect(log).toContain(`${status} ${id}: `);
  const { DB_PASSWORD = "" } = readEnvFile(stack.prepared.envFiles.green);
  expect(DB_PASSWORD.length).toBeGreaterThan(8);
  expect(stdout + log).not.toContain(DB_PASSWORD);
});

test("cron gets plain lines: what failed last, each with its remedy, and the totals", async () => {
  stack.writeConfiguration({ checks: { tune: { memory: { options: { minimum: "900TB" } } } } });
  const { exitCode, stdout, stderr } = await pre("--only", "memory,disk-space");
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^pass disk-space: .+\nfail memory: .+\n {2}fix: .+\n2 checks: 1 pass, 1 fail, in /);
  expect(stderr).toBe("looking at what a deployment to green needs\n");
  expect((await pre("--only", "memory,disk-space", "--skip", "memory")).exitCode).toBe(0);
});

test("a check that hangs ends at its own deadline with fail, and the others' findings are intact", async () => {
  const options = { url: `http://127.0.0.1:${silent.port}/`, timeout: "1h" };
  const hangs = { check: "http-endpoint", of: "hangs", options, deadline: "1s" };
  stack.writeConfiguration({ checks: { before: [hangs] } });
  const run = await pre("--json");
  expect(run.exitCode).toBe(1);
  const findings = findingsOf(run);
  expect(findings.at(-1)).toMatchObject({
    id: "http-endpoint:hangs",
    status: "fail",
    summary: expect.stringMatching(/could not look: no result within 1 s|no whole answer within 1000 ms/),
  });
  expect(findings.filter(({ status }) => status === "fail")).toHaveLength(1);
  expect(findings.length).toBeGreaterThan(12);
  stack.writeConfiguration({});
});

test.each([
  [["--only", "memroy"], 'there is no check "memroy" here', "did you mean memory?"],
  [
    ["--fail-on", "skip"],
    "option '--fail-on <status>' argument 'skip' is invalid. Allowed choices are warn, fail.",
    `see ${script} --help`,
  ],
  [
    ["red"],
    "command-argument value 'red' is invalid for argument 'environment'. Allowed choices are blue, green.",
    `see ${script} --help`,
  ],
])("%j is misuse: exit code 2", async (args, message, remedy) => {
  const { exitCode, stderr } = await pre(...args);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`error[USAGE] ${message}\n  fix: ${remedy}\n`);
});

test("a proxy that cannot say who serves is told beside everything else", async () => {
  const { frontDoor, switchDirectory, projects, composeFiles, envFiles } = stack.prepared;
  const shared = {
    project: projects.shared,
    files: [composeFiles.shared],
    envFiles: [envFiles.shared],
    services: ["edge"],
  };
  const environment = (color: "blue" | "green") => ({
    project: projects[color],
    files: [composeFiles.environment],
    envFiles: [envFiles[color]],
  });
  const proxy = {
    service: "edge",
    frontDoor: frontDoor.replace(/\d+$/, `${silent.port}`),
    markerDirectory: switchDirectory,
  };
  stack.writeConfiguration({
    platform: {
      kind: "docker-host",
      environments: { blue: environment("blue"), green: environment("green") },
      shared,
      proxy,
    },
  });
  const run = await pre("--json", "--only", "memory");
  expect(run.exitCode).toBe(1);
  expect(findingsOf(run).map(({ id, status }) => `${id} ${status}`)).toEqual(["memory pass", "proxy fail"]);
  stack.writeConfiguration({});
});

test("an environment to which nothing was ever deployed has no release to be verified", async () => {
  const { exitCode, stderr } = await verify("blue");
  expect(exitCode).toBe(2);
  expect(stderr).toContain("error[RELEASE_UNKNOWN] it is not known which release should be in blue");
  expect(stderr).toContain("fix: name it with --release");
});

test.each(["", " ", "../up"])("%j is no release that could be there", async (release) => {
  const run = await verify("blue", `--release=${release}`, "--json");
  expect(errorOf(run)).toMatchObject({ code: "RELEASE_ID_INVALID" });
  expect(run.exitCode).toBe(2);
});

test("what was deployed is verified, past the proxy and through it; another release there fails", async () => {
  expect((await stack.deploy(["--release", "r1", "--skip-backup"])).exitCode).toBe(0);
  const good = await verify("green", "--json");
  const { logFile } = JSON.parse(good.stdout);
  expect(findingsOf(good).filter(({ status }) => status === "fail")).toEqual([]);
  expect(good.exitCode).toBe(0);
  expect(good.stderr).toContain("verifying that green is release r1, which serves");
  expect(basename(logFile)).toMatch(/^post-deployment-verify-green-\d{8}-\d{6}(-\d+)?\.log$/);
  const ids = findingsOf(good).map(({ id }) => id);
  for (const id of ["release-answers:backend", "release-answers:backend at the front door"])
    expect(ids).toContain(id);

  const [other, absent] = await Promise.all([
    verify("green", "--release", "r0", "--json", "--only", "release-answers"),
    verify("blue", "--release", "r1", "--json"),
  ]);
  expect([other.exitCode, absent.exitCode]).toEqual([1, 1]);
  expect(
    findingsOf(other)
      .map(({ summary }) => summary)
      .join(),
  ).toContain("answers as release r1, not r0");
  expect(findingsOf(absent).filter(({ id }) => id.includes("front door"))).toEqual([]);
});
