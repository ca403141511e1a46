import { afterAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import example from "../../../../examples/cell-hub/deployment.config.ts";
import { acquireLock } from "../../../../sdk/core/lock/index.ts";
import { tasks } from "../../../../sdk/jobs/maintenance/index.ts";
import { startListener } from "../../../support/http-listener.ts";
import { startScript } from "../../../support/script.ts";

const root = mkdtempSync(join(tmpdir(), "switchover-maintenance-"));
const server = startListener();
afterAll(() => {
  server[Symbol.dispose]();
  rmSync(root, { recursive: true });
});

const config = join(root, "config/deployment.config.ts");
mkdirSync(join(root, "config"));
writeFileSync(join(root, "ping"), `${server.url}/ping\n`, { mode: 0o600 });

/** Runs the script with the example's configuration and these keys. */
function run(keys: object, ...args: string[]) {
  const notify = { ping: { maintenance: { urlFile: "ping" } } };
  const whole = { ...example, project: "maintained", root, database: { mode: "none" }, notify, ...keys };
  writeFileSync(config, `export default ${JSON.stringify(whole)};\n`);
  return startScript("maintenance", [...args, "--config", config]).ended;
}

const heard = () => server.heard.splice(0);
const pings = () => heard().map(({ path }) => path);
const resultOf = (stdout: string) => JSON.parse(stdout).result;

test("outside of its window nothing is done, and that is said, as a success", async () => {
  const keys = { maintenance: { window: "00:00-24:00 UTC" } };
  const otherDay = [0, 1].includes(new Date().getUTCDay()) ? "Wed" : "Sun";
  const { exitCode, stdout, stderr } = await run(keys, "--json", "--window", `${otherDay} 03:00-04:00`);
  expect(exitCode).toBe(0);
  expect(resultOf(stdout)).toMatchObject({ ran: false, window: `${otherDay} 03:00-04:00` });
  expect(stderr).toMatch(
    /^nothing is done outside of the window \w+ 03:00-04:00; it opens at \d{4}-\d\d-\d\d 03:00 UTC$/m,
  );
  const [start, end, ...more] = heard();
  expect([start?.path, end?.path, more]).toEqual(["/ping/start", "/ping", []]);
  expect(end?.body).toContain("nothing is done outside of the window");
});

test("within its window each task says what became of it, in a log of its own", async () => {
  const { exitCode, stdout } = await run(
    {},
    "--json",
    "--window",
    "00:00-24:00",
    "--task",
    "prune-logs",
    "journals",
    "vacuum",
  );
  expect(exitCode).toBe(0);
  const { logFile, result } = JSON.parse(stdout);
  const ended = result.tasks.map(
    ({ task, outcome, summary }: Record<string, string>) => `${task}: ${outcome}: ${summary}`,
  );
  expect(ended).toEqual([
    "vacuum: skipped: the configuration names no PostgreSQL database",
    "prune-logs: done: 0 logs over 30 days removed",
    "journals: done: 0 journals of 0 removed",
  ]);
  expect(logFile).toMatch(/logs\/deployment\/maintenance-\d{8}-\d{6}(-\d+)?\.log$/);
  for (const line of ended) expect(readFileSync(logFile, "utf8")).toContain(line);
  expect(pings()).toEqual(["/ping/start", "/ping"]);
});

test("a task that fails costs the others nothing, ends the run with 5, and is told", async () => {
  const backups = { sqlite: ["broken.sqlite"] };
  writeFileSync(join(root, "broken.sqlite"), "this is no database, whatever its name says".repeat(100));
  const { exitCode, stdout, stderr } = await run({ backups }, "--json", "--task", "integrity", "prune-logs");
  expect(exitCode).toBe(5);
  expect(resultOf(stdout).tasks).toMatchObject([
    {
      task: "integrity",
      outcome: "failed",
      code: "DATABASE_DAMAGED",
      remedy: expect.stringContaining("restore-db.ts"),
    },
    { task: "prune-logs", outcome: "done" },
  ]);
  const words = /integrity failed: damage in .*broken\.sqlite\n {2}why: /;
  expect(stderr).toMatch(words);
  const [start, end, ...more] = heard();
  expect([start?.path, end?.path, more]).toEqual(["/ping/start", "/ping/fail", []]);
  expect(end?.body).toMatch(words);
  const alone = await run({ backups }, "--task", "integrity");
  expect(alone.exitCode).toBe(1);
  expect(pings()).toEqual(["/ping/start", "/ping/fail"]);
});

test("a state that cannot be read fails the tasks that need it, and no other", async () => {
  mkdirSync(join(root, ".switchover/releases"), { recursive: true });
  const torn = join(root, ".switchover/releases/torn.json");
  writeFileSync(torn, "{");
  const { exitCode, stdout } = await run({}, "--json", "--task", "journals", "prune-logs");
  rmSync(torn);
  expect(exitCode).toBe(5);
  expect(resultOf(stdout).tasks).toMatchObject([
    { task: "prune-logs", outcome: "done" },
    { task: "journals", outcome: "failed", code: "STATE_UNREADABLE" },
  ]);
  expect(pings()).toEqual(["/ping/start", "/ping/fail"]);
});

test("a run that another one has kept out for hours is told of, once", async () => {
  mkdirSync(join(root, ".switchover"), { recursive: true });
  const since = new Date(Date.now() - 5 * 3_600_000).toISOString();
  const holder = { pid: process.pid, command: "deploy-production", since, doing: "stage green" };
  using _lock = acquireLock(join(root, ".switchover/lock"), holder);
  expect((await run({}, "--task", "prune-logs")).exitCode).toBe(3);
  expect(pings()).toEqual(["/ping/start", "/ping/fail"]);
  expect((await run({}, "--task", "prune-logs")).exitCode).toBe(3);
  expect(pings()).toEqual(["/ping/start"]);
});

test("a dry run takes no lock and tells nobody; another run waits for nobody, and says who is at work", async () => {
  mkdirSync(join(root, ".switchover"), { recursive: true });
  const holder = { pid: process.pid, command: "backup-db", since: new Date().toISOString(), doing: "dump" };
  using _lock = acquireLock(join(root, ".switchover/lock"), holder);
  const dry = await run({}, "--dry-run", "--task", "prune-logs");
  expect(dry).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("would be removed") });
  expect(pings()).toEqual([]);
  const { exitCode, stderr } = await run({}, "--task", "prune-logs");
  expect([exitCode, stderr]).toEqual([
    3,
    expect.stringContaining("error[LOCK_HELD] backup-db holds the lock"),
  ]);
  // The beginning was told; that another run had to go first is no end.
  expect(pings()).toEqual(["/ping/start"]);
});

test.each([
  ["--window", "Sunday at two", "is no window"],
  ["--task", "everything", "Allowed choices are"],
])("%s %p is refused before anything is done", async (flag, value, said) => {
  const { exitCode, stderr } = await run({}, flag, value);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(said)]);
  pings();
});

test("help names every task, and no other", async () => {
  const { stdout } = await run({}, "--help");
  const named = /choices: ([^)]*)/.exec(stdout.replaceAll(/\s+/g, " "))?.[1]?.split(", ");
  expect(named).toEqual(tasks.map(({ name }) => JSON.stringify(name)));
});
