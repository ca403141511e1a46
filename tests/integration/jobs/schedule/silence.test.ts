import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import example from "../../../../examples/cell-hub/deployment.config.ts";
import { acquireLock } from "../../../../sdk/core/lock/index.ts";
import { startListener } from "../../../support/http-listener.ts";
import { startScript } from "../../../support/script.ts";
import { untilPasses } from "../../../support/until.ts";

const root = mkdtempSync(join(tmpdir(), "switchover-silence-"));
const server = startListener();
afterAll(() => {
  server[Symbol.dispose]();
  rmSync(root, { recursive: true });
});

const config = join(root, "config/deployment.config.ts");
mkdirSync(join(root, "config"));
mkdirSync(join(root, ".switchover/schedule"), { recursive: true });
writeFileSync(join(root, "ping"), `${server.url}/ping\n`, { mode: 0o600 });
// A window that is never open on the day of the test: the job itself is over in a moment.
const otherDay = [0, 1].includes(new Date().getUTCDay()) ? "Wed" : "Sun";
const keys = {
  project: "silent",
  root,
  database: { mode: "none" },
  schedule: { maintenance: "00:00" },
  maintenance: { window: `${otherDay} 03:00-04:00` },
  notify: { ping: { maintenance: { urlFile: "ping" } } },
};
writeFileSync(config, `export default ${JSON.stringify({ ...example, ...keys })};\n`);

const schedule = (args: readonly string[], env: Record<string, string> = {}, of = config) =>
  startScript("schedule", [...args, "--config", of], env).ended;

/** A configuration with which maintenance works at any time, and that its own process runs this code of when it is read. */
function configuredWith(name: string, more: object, inMaintenance = ""): string {
  const file = join(root, `config/${name}.ts`);
  const text = JSON.stringify({ ...example, ...keys, maintenance: {}, ...more });
  const only = `if (process.argv[1]?.endsWith("maintenance.ts")) {\n${inMaintenance}\n}`;
  writeFileSync(
    file,
    `import { appendFileSync } from "node:fs";\n${inMaintenance && only}\nexport default ${text};\n`,
  );
  return file;
}

const heard = join(root, "heard");
/** Never ends by itself; writes down every signal, and takes a moment to put things back. */
const slowToEnd = `
  const note = (text) => appendFileSync(${JSON.stringify(heard)}, text + "\\n");
  process.on("SIGTERM", () => { note("TERM"); setTimeout(() => { note("put back"); process.exit(130); }, 700); });
  note(String(process.pid));
  await new Promise((resolve) => setTimeout(resolve, 60_000));`;
async function begun(): Promise<number> {
  await untilPasses(() => expect(existsSync(heard)).toBe(true), 30_000);
  return Number.parseInt(readFileSync(heard, "utf8"), 10);
}
const isAlive = (pid: number) => existsSync(`/proc/${pid}`);
const told = () => server.heard.splice(0).map(({ path, body }) => [path, body.split("\n")[1] ?? ""]);

const record = join(root, ".switchover/schedule/maintenance.json");
const since = new Date(Date.now() - 3 * 86_400_000).toISOString();
const recorded = () => JSON.parse(readFileSync(record, "utf8"));

test("a unit that was killed, or ran out of time, is told of; one that ended by itself has said so already", async () => {
  const killed = { MONITOR_SERVICE_RESULT: "timeout", MONITOR_EXIT_STATUS: "TERM" };
  expect(await schedule(["silent", "maintenance"], killed)).toMatchObject({ exitCode: 0 });
  expect(told()).toEqual([["/ping/fail", "systemd saw it fail: timeout (TERM)"]]);
  const itself = { MONITOR_SERVICE_RESULT: "exit-code", MONITOR_EXIT_STATUS: "5" };
  expect(await schedule(["silent", "maintenance"], itself)).toMatchObject({ exitCode: 0 });
  expect(told()).toEqual([]);
});

test("under cron a run that was killed is told of once, and begun once more", async () => {
  writeFileSync(record, JSON.stringify({ since, attempts: 1 }));
  expect(await schedule(["run", "maintenance"])).toMatchObject({ exitCode: 0, stdout: "" });
  const [silence, ...rest] = told();
  expect(silence).toEqual(["/ping/fail", `it began at ${since}, and was killed, or the machine went down`]);
  expect(rest.map(([path]) => path)).toEqual(["/ping/start", "/ping"]);
  expect(recorded()).toMatchObject({ exitCode: 0 });
  await schedule(["run", "maintenance"]);
  expect(told()).toEqual([]);
});

test("one that was killed is told of once, however long another run holds the project", async () => {
  const open = configuredWith("open", {});
  writeFileSync(record, JSON.stringify({ since, attempts: 1 }));
  const holder = { pid: process.pid, command: "deploy", since: new Date().toISOString(), doing: "stage" };
  {
    using _ = acquireLock(join(root, ".switchover/lock"), holder);
    for (let asked = 0; asked < 3; asked += 1) await schedule(["run", "maintenance"], {}, open);
  }
  expect(told().filter(([path]) => path === "/ping/fail")).toHaveLength(1);
  expect(recorded()).toEqual({ since, attempts: 1, told: true });
});

test("one that was killed before the clock was set back is told of too", async () => {
  const ahead = new Date(Date.now() + 86_400_000).toISOString();
  writeFileSync(record, JSON.stringify({ since: ahead, attempts: 1 }));
  await schedule(["run", "maintenance"]);
  expect(told()).toEqual([["/ping/fail", `it began at ${ahead}, and was killed, or the machine went down`]]);
  expect(recorded()).toMatchObject({ attempts: 0, exitCode: 0 });
});

test("under cron a run that takes too long is ended and told of", async () => {
  rmSync(heard, { force: true });
  writeFileSync(record, JSON.stringify({ since, attempts: 1, exitCode: 0 }));
  const slow = configuredWith("slow", { schedule: { maintenance: "00:00", timeout: "2s" } }, slowToEnd);
  expect(await schedule(["run", "maintenance"], {}, slow)).toMatchObject({ exitCode: 1 });
  expect(readFileSync(heard, "utf8").split("\n").slice(1)).toEqual(["TERM", "put back", ""]);
  expect(told()).toEqual([["/ping/fail", "it was ended after 2 s, as schedule.timeout says"]]);
  expect(recorded()).toMatchObject({ attempts: 1, exitCode: 130 });
});

test("interrupted, a run hears of it once: by a second signal it would leave things as they are", async () => {
  rmSync(heard, { force: true });
  writeFileSync(record, JSON.stringify({ since, attempts: 1, exitCode: 0 }));
  const { child, ended } = startScript("schedule", [
    "run",
    "maintenance",
    "--config",
    configuredWith("slow", {}, slowToEnd),
  ]);
  await begun();
  child.kill("SIGTERM");
  expect(await ended).toMatchObject({ exitCode: 130 });
  expect(readFileSync(heard, "utf8").split("\n").slice(1)).toEqual(["TERM", "put back", ""]);
});

test("a run ends with what watches over it", async () => {
  rmSync(heard, { force: true });
  writeFileSync(record, JSON.stringify({ since, attempts: 1, exitCode: 0 }));
  const slow = configuredWith("slow", {}, slowToEnd);
  const { child, ended } = startScript("schedule", ["run", "maintenance", "--config", slow]);
  const pid = await begun();
  child.kill("SIGKILL");
  await ended;
  await untilPasses(async () => expect(isAlive(pid)).toBe(false), 10_000);
  expect(recorded()).toEqual({ since: expect.any(String), attempts: 1 });
});

test("of two questions at once only one runs the job", async () => {
  writeFileSync(record, JSON.stringify({ since, attempts: 1, exitCode: 0 }));
  await Promise.all([
    schedule(["run", "maintenance"]),
    schedule(["run", "maintenance"]),
    schedule(["run", "maintenance"]),
  ]);
  expect(told().map(([path]) => path)).toEqual(["/ping/start", "/ping"]);
});

test("a job that the configuration no longer names is not run", async () => {
  writeFileSync(record, JSON.stringify({ since, attempts: 1, exitCode: 0 }));
  expect(await schedule(["run", "backup"])).toMatchObject({ exitCode: 0 });
  expect(told()).toEqual([]);
});
