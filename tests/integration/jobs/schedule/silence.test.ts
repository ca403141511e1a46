import { afterAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import example from "../../../../config/deployment.config.ts";
import { startListener } from "../../../support/http-listener.ts";
import { startScript } from "../../../support/script.ts";

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

const schedule = (args: readonly string[], env: Record<string, string> = {}) =>
  startScript("schedule", [...args, "--config", config], env).ended;
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
