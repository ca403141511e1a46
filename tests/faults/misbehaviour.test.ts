import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { succeed } from "../../sdk/core/process/index.ts";
import { type Crowd, expectNothingLost, startCrowd } from "../support/crowd.ts";
import { documentOf, errorOf } from "../support/document.ts";
import { setVariables } from "../support/env-file.ts";
import { footprintOf } from "../support/footprint.ts";
import {
  composeOverride,
  lookedAt,
  type Service,
  services,
  soon,
  withoutSharedHealth,
} from "../support/health.ts";
import { leakingProgram, leaksIn, plantedQuoted, textsBelow } from "../support/planted-secrets.ts";
import type { ScriptRun } from "../support/script.ts";
import { sql } from "../support/sql.ts";
import { openStack, type Stack } from "../support/stack.ts";
import { migrationsLeft, servingOf, standingIn } from "../support/standing.ts";
import { untilPasses } from "../support/until.ts";
import { type StackConfiguration, variantOf } from "../support/variant.ts";

/** What a release does wrong, and what its deployment has to say of it. */
interface Fault {
  service: Service;
  misbehaves?: string | (() => string);
  code: string | RegExp;
  /** What the error's message says. */
  says: RegExp;
  /** What its message or its reason says. */
  tells?: RegExp;
  /** What else the configuration says. */
  configure?: (configuration: StackConfiguration) => Partial<StackConfiguration>;
  /** Compose files to lay over the example's; unless told, Docker looks at the health of this service alone. */
  files?: () => string[];
  /** The release gets the traffic before it goes wrong, so that users see it. */
  afterSwitch?: boolean;
}

let stack: Stack;
let crowd: Crowd;
const runs: ScriptRun[] = [];

beforeAll(async () => {
  stack = await openStack({ watch: { duration: "10s", interval: "100ms" }, drain: { timeout: "300ms" } });
  const { blue, green, shared } = stack.prepared.envFiles;
  for (const file of [blue, green]) setVariables(file, { ...plantedQuoted, MODEL_LOAD_SECONDS: "0" });
  stack.writeConfiguration({ platform: withoutSharedHealth(stack) });
  setVariables(shared, { REDIS_PASSWORD: plantedQuoted["REDIS_PASSWORD"] });
  await deploy([
    "--release",
    "good",
    "--config",
    faulty({ configure: () => ({ watch: { duration: "0s" } }) }),
  ]);
  expect(await servingOf(stack)).toEqual({ environment: "green", release: "good" });
  crowd = await startCrowd(stack.frontDoor, {
    connections: 4,
    ratePerConnection: 10,
    sockets: 1,
    uploads: 0,
  });
}, 120_000);

afterAll(async () => {
  await crowd?.[Symbol.asyncDispose]();
  await stack?.[Symbol.asyncDispose]();
}, 60_000);

async function deploy(flags: readonly string[]): Promise<ScriptRun> {
  const run = await stack.deploy(flags);
  runs.push(run);
  return run;
}

/** The stack's configuration, changed as the fault wants it. */
function faulty({
  service,
  configure,
  files = () => [lookedAt(stack, service === undefined ? {} : { [service]: soon })],
}: Partial<Pick<Fault, "service" | "configure" | "files">>): string {
  return variantOf(stack, (configuration) => {
    const { platform } = configuration;
    const { blue, green } = platform.environments;
    const environments = { blue: { ...blue, files: [...blue.files, ...files()] }, green };
    return { ...configuration, platform: { ...platform, environments }, ...configure?.(configuration) };
  });
}

/** A test that this fault ends the deployment, that its error tells the whole story, and that users were spared it. */
function failsWell(what: string, fault: Fault): void {
  test(what, async () => {
    const { service, misbehaves = "", code, says, tells = /./, afterSwitch = false } = fault;
    const before = await footprintOf(stack);
    const value = typeof misbehaves === "string" ? misbehaves : misbehaves();
    setVariables(stack.prepared.envFiles.blue, { [`MISBEHAVE_${service.toUpperCase()}`]: value });
    const config = faulty(fault);
    const run = await deploy(["--release", "bad", "--json", "--config", config]).finally(() =>
      setVariables(stack.prepared.envFiles.blue, { [`MISBEHAVE_${service.toUpperCase()}`]: undefined }),
    );
    const error = errorOf(run);

    expect({ exitCode: run.exitCode, message: error.message }).toEqual({
      exitCode: 1,
      message: expect.stringMatching(says),
    });
    expect(error.code).toMatch(code);
    expect(`${error.message}\n${error.why ?? ""}`).toMatch(tells);
    expect(run.stderr).toContain(`error[${error.code}] ${error.message}`);
    expect(error.why?.split("\n").at(-1)).toBe("the traffic goes to release good in green, as before");

    const after = await footprintOf(stack);
    expect(after.containers).toEqual(before.containers);
    expect(after.marker).toBe(before.marker);
    expect(lastOf(after.history)).toMatchObject({ outcome: "failed", release: "bad", code: error.code });
    expect(await servingOf(stack)).toEqual({ environment: "green", release: "good" });
    if (!afterSwitch) expectNothingLost(await crowd.seen());
  });
}

function lastOf(history: string): unknown {
  return JSON.parse(history.trim().split("\n").at(-1) ?? "");
}

/** What the last run's diagnosis keeps of a service. */
function diagnosisOf(service: string): { state: Record<string, unknown>; log: string } {
  const { logFile } = documentOf(lastRun());
  const folder = String(logFile).replace(/\.log$/, ".diagnosis");
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  return { state: JSON.parse(read(`${service}.state.json`)), log: read(`${service}.log`) };
}

function lastRun(): ScriptRun {
  const run = runs.at(-1);
  if (run === undefined) throw new Error("nothing was deployed");
  return run;
}

failsWell("a service that never becomes healthy", {
  service: "backend",
  misbehaves: "never-healthy",
  code: "SERVICE_UNHEALTHY",
  says: /^backend is unhealthy: its health check exited 1, saying "503 \{.*unhealthy/,
  tells: /the last lines of backend:[\s\S]*listening/,
});

test("the diagnosis keeps what its health check said", () => {
  const { state, log } = diagnosisOf("backend");
  expect(state).toMatchObject({ health: "unhealthy", status: "running", outOfMemory: false });
  expect(JSON.stringify(state["probes"])).toContain("unhealthy");
  expect(log).toContain("listening");
});

failsWell("a service that crashes on its start", {
  service: "frontend",
  misbehaves: "crash-on-start",
  code: "SERVICE_CRASHED",
  says: /^frontend died 3 times, last with exit code 1$/,
  tells: /the last lines of frontend:[\s\S]*crashing on start, as asked/,
});

test("the error tells its exit code, and the diagnosis keeps its last lines", () => {
  const { state, log } = diagnosisOf("frontend");
  expect(errorOf(lastRun()).details).toMatchObject({ exitCode: 1, outOfMemory: false });
  expect(state).toMatchObject({ exitCode: expect.any(Number), outOfMemory: false, restarts: 3 });
  expect(log).toContain("crashing on start, as asked");
});

failsWell("a service without a health check that crashes on its start", {
  service: "ml",
  misbehaves: "crash-on-start",
  files: () => [lookedAt(stack, {})],
  code: "SERVICE_CRASHED",
  says: /^ml died \d times(, last with exit code 1)?$/,
  tells: /the last lines of ml:[\s\S]*crashing on start, as asked/,
});

failsWell("a service that crashes before the switch, again and again", {
  service: "frontend",
  misbehaves: "crash-after=1",
  code: /^(SERVICE_CRASHED|VERIFY_FAILED)$/,
  says: /frontend(-1)? (has died|died|does not answer)/,
  tells: /the last lines of frontend:[\s\S]*crashing, as asked/,
});

failsWell("a service that is too slow to start", {
  service: "backend",
  misbehaves: "slow-start=600",
  configure: () => ({ deadlines: { stage: "8s" } }),
  files: () => [lookedAt(stack, { backend: { interval: "500ms" } })],
  code: "DEADLINE_EXCEEDED",
  says: /^backend did not become healthy within \d(\.\d)? s$/,
  tells: /backend is running, starting: its health check exited 1, saying ".*"/,
});

failsWell("a service that takes all memory", {
  service: "frontend",
  misbehaves: "out-of-memory",
  code: /^(SERVICE_CRASHED|VERIFY_FAILED)$/,
  says: /frontend/,
  tells: /(memory|exit code 137)[\s\S]*the last lines of frontend:[\s\S]*taking all memory/,
});

failsWell("a migration that fails", {
  service: "backend",
  misbehaves: "failing-migration",
  code: "MIGRATION_FAILED",
  says: /^the migration failed with exit code 1$/,
  tells: /999_\S+ failed and was rolled back: function fails_on_purpose\(\) does not exist/,
});

failsWell("a migration that hangs", {
  service: "backend",
  misbehaves: "hanging-migration",
  configure: () => ({ deadlines: { migrate: "8s" } }),
  code: "DEADLINE_EXCEEDED",
  says: /^the migration did not end within 8 s, and was ended$/,
});

test("no migration is left at work, and the database is as it was", async () => {
  expect(await migrationsLeft(stack)).toEqual([]);
  await untilPasses(async () => {
    const atWork = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'cell-hub-migrate'";
    expect(await sql(stack, atWork)).toBe("0");
  });
  expect(await sql(stack, "SELECT to_regclass('misbehaving') IS NULL")).toBe("t");
});

failsWell("a service that says it is another release", {
  service: "ml",
  misbehaves: "wrong-release",
  code: "WRONG_RELEASE_ANSWERED",
  says: /^ml answers at \S+ as release bad-wrong, not bad$/,
  tells: /the last lines of ml:/,
});

failsWell("a service whose last words are secrets", {
  service: "backend",
  files: () => [
    lookedAt(stack, { backend: soon }),
    composeOverride(stack, { backend: { command: ["bun", "-e", leakingProgram.replaceAll("$", "$$$$")] } }),
  ],
  code: "SERVICE_CRASHED",
  says: /^backend died 3 times, last with exit code 7$/,
  tells: /percent \[redacted\][\s\S]*no way to go on/,
});

test("until the switch no user noticed any of it", async () => {
  const seen = await crowd.seen();
  expectNothingLost(seen);
  expect(Object.keys(seen.releases)).toEqual(["good"]);
});

failsWell("a service that answers errors once it serves", {
  service: "backend",
  misbehaves: "errors-after=10",
  code: "WATCH_FAILED",
  says: /requests at the front door failed; the last: backend answers 500/,
  tells: /the last lines of backend:/,
  afterSwitch: true,
});

failsWell("a service that crashes once it serves", {
  service: "frontend",
  // Later than the switch, as long as this deployment does not take twice as long as the last.
  misbehaves: () => `crash-after=${Math.ceil((2 * lastRun().durationMs) / 1_000)}`,
  configure: () => ({ watch: { duration: "60s", interval: "100ms" } }),
  code: "WATCH_FAILED",
  says: /^frontend died with exit code 1 after the switch$/,
  tells: /the last lines of frontend:[\s\S]*crashing, as asked/,
  afterSwitch: true,
});

test("a release that failed is no release to go back to", async () => {
  const run = await deploy(["--quick-rollback", "--json"]);
  expect(run.exitCode).toBe(4);
  expect(errorOf(run)).toMatchObject({ code: "NO_ROLLBACK_TARGET" });
});

test("a slow start within the deadline is none of these faults", async () => {
  setVariables(stack.prepared.envFiles.blue, { MISBEHAVE_BACKEND: "slow-start=3" });
  const config = faulty({ configure: () => ({ watch: { duration: "0s" } }), files: () => [] });
  const run = await deploy(["--release", "bad", "--config", config]);
  expect(run.exitCode).toBe(0);
  expect(await servingOf(stack)).toEqual({ environment: "blue", release: "bad" });
});

/** Deploys a release that crashes where release "good" stands, beside release "bad" that serves. */
async function crashesBeside(change: Partial<StackConfiguration>): Promise<ScriptRun> {
  const { green } = stack.prepared.envFiles;
  setVariables(green, { MISBEHAVE_FRONTEND: "crash-on-start" });
  const config = variantOf(stack, (configuration) => ({ ...configuration, ...change }));
  const run = await deploy(["--release", "worse", "--json", "--config", config]);
  setVariables(green, { MISBEHAVE_FRONTEND: undefined });
  expect(errorOf(run)).toMatchObject({ code: "SERVICE_CRASHED" });
  expect(run.exitCode).toBe(1);
  expect(await servingOf(stack)).toEqual({ environment: "blue", release: "bad" });
  return run;
}

test("the release that stood there before runs again, with the variables that it had", async () => {
  // What no env file names any more, only the containers still know.
  const { blue, green } = stack.prepared.envFiles;
  for (const file of [blue, green]) setVariables(file, { JWT_ACCESS_SECRET: "rotated-since-then" });
  await crashesBeside({});
  expect(await standingIn(stack, "green")).toEqual({ state: "ready", release: "good" });
});

test("one that stood there stopped is stopped again, also without keepPrevious", async () => {
  const names = services.map((service) => stack.container("green", service));
  await succeed(["docker", "stop", ...names], { deadlineMs: 60_000 });
  await crashesBeside({ keepPrevious: false });
  expect(await standingIn(stack, "green")).toEqual({ state: "stopped", release: "good" });
});

test("no log, journal, diagnosis, output or history holds a secret in any form", () => {
  const outputs = Object.fromEntries(
    runs.flatMap(({ stdout, stderr }, number) => [
      [`stdout ${number}`, stdout],
      [`stderr ${number}`, stderr],
    ]),
  );
  const logs = runs
    .map((run) => /"logFile":"([^"]+)"/.exec(run.stdout)?.[1])
    .filter((file) => file !== undefined);
  const folders = logs
    .map((file) => file.replace(/\.log$/, ".diagnosis"))
    .filter((folder) => existsSync(folder));
  const written = Object.assign({}, textsBelow(stack.state()), ...folders.map(textsBelow));
  const logged = Object.fromEntries(logs.map((file) => [file, readFileSync(file, "utf8")]));

  expect(folders.length).toBeGreaterThan(8);
  expect(leaksIn({ ...outputs, ...written, ...logged })).toEqual([]);
});
