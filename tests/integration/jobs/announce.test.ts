import { afterAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import type { RunEnd } from "../../../sdk/core/cli/index.ts";
import { loadConfiguration } from "../../../sdk/core/config/index.ts";
import { Failure } from "../../../sdk/core/errors/index.ts";
import { createRedactor, silentRunLog } from "../../../sdk/core/log/index.ts";
import { announce, tellOfSilence } from "../../../sdk/jobs/announce/index.ts";
import { startListener } from "../../support/http-listener.ts";

const root = mkdtempSync(join(tmpdir(), "switchover-announce-"));
const server = startListener();
afterAll(() => {
  server[Symbol.dispose]();
  rmSync(root, { recursive: true });
});

/** The configuration of the example, with somebody to tell. */
const config = join(root, "config", "deployment.config.ts");
mkdirSync(join(root, "config"));
writeFileSync(join(root, "slack"), `${server.url}/slack\n`, { mode: 0o600 });
writeFileSync(join(root, "ping"), `${server.url}/ping\n`, { mode: 0o600 });
const example = join(import.meta.dir, "../../../examples/cell-hub/deployment.config.ts");
writeFileSync(
  config,
  `import example from ${JSON.stringify(example)};
export default { ...example, root: ${JSON.stringify(root)}, notify: { slack: { webhookFile: "slack" }, ping: { backup: { urlFile: "ping" } } } };`,
);

const secret = "planted-secret-4711";
const warnings: string[] = [];
const io = {
  log: silentRunLog(),
  warn: (text: string) => void warnings.push(text),
  redactor: createRedactor([secret]),
};

/** What was told since the last question, each as its path and its words. */
function told(): string[] {
  return server.heard
    .splice(0)
    .map(({ path, body }) => `${path} ${path === "/slack" ? JSON.parse(body).text : body}`);
}

const why = `psql said ${secret}`;
const failure = new Failure("COMMAND_FAILED", { message: "pg_dump exited 1", why, remedy: "look" });
const ends: [string, RunEnd, RegExp | undefined][] = [
  ["a success", { exitCode: 0, seconds: 61 }, undefined],
  ["a failure", { exitCode: 1, failure, seconds: 2 }, /:x: \*cell-hub: backup failed on /],
  ["a part", { exitCode: 5, seconds: 2 }, /backup is done only in part/],
  ["an interruption", { exitCode: 130, failure, seconds: 2 }, /backup was interrupted/],
  ["what needs a person", { exitCode: 4, failure, seconds: 2 }, /backup failed, and needs a person/],
];

test.each(ends)("of a backup's ends, %s is told as it should be", async (_, end, message) => {
  const announcer = await announce("backup", { config }, io);
  await announcer?.begins();
  expect(told()).toEqual([expect.stringContaining(`/ping/start cell-hub: backup begins on ${hostname()}`)]);
  await announcer?.ends(end);
  const [ping, ...messages] = told().sort();
  expect(ping).toStartWith(
    end.exitCode === 0 ? "/ping cell-hub: backup is done" : "/ping/fail cell-hub: backup",
  );
  expect(ping).not.toContain(secret);
  expect(messages).toEqual(message === undefined ? [] : [expect.stringMatching(message)]);
});

test("a run that had to leave the project to another one is no news", async () => {
  const announcer = await announce("backup", { config }, io);
  await announcer?.ends({ exitCode: 3, failure, seconds: 0 });
  expect(told()).toEqual([]);
});

test("a run that is kept out for longer than any may take is told of, once for whoever keeps it out", async () => {
  const keptOutSince = (since: Date, pid = 4711) => {
    const holder = { pid, command: "deploy-production", since: since.toISOString(), doing: "stage" };
    const held = new Failure("LOCK_HELD", {
      message: "deploy-production holds the lock",
      remedy: "wait for it",
      details: { lockFile: "/srv/lock", holder },
    });
    return { exitCode: 3, failure: held, seconds: 0 } as const;
  };
  const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);
  const announcer = await announce("backup", { config }, io);
  await announcer?.ends(keptOutSince(hoursAgo(3)));
  expect(told()).toEqual([]);
  const long = keptOutSince(hoursAgo(5));
  await announcer?.ends(long);
  const [ping, slack] = told().sort();
  expect(ping).toMatch(
    /^\/ping\/fail cell-hub: backup is kept out by another run on .*\ndeploy-production holds/,
  );
  expect(slack).toContain("backup is kept out by another run");
  await announcer?.ends(long);
  expect(told()).toEqual([]);
  await announcer?.ends(keptOutSince(hoursAgo(5), 4712));
  expect(told()).toHaveLength(2);
});

test("a dry run is told to nobody, nor is a run whose configuration cannot be read", async () => {
  expect(await announce("backup", { config, dryRun: true }, io)).toBeUndefined();
  expect(await announce("backup", { config: join(root, "missing.ts") }, io)).toBeUndefined();
});

test("a silence is told to all", async () => {
  await tellOfSilence("backup", "it was killed after 2 h", await loadConfiguration(config), io);
  expect(told().sort()).toEqual([
    expect.stringMatching(
      /^\/ping\/fail cell-hub: backup ended without a word on .*\nit was killed after 2 h\n/,
    ),
    expect.stringContaining("/slack :zzz: *cell-hub: backup ended without a word"),
  ]);
  expect(warnings).toEqual([]);
});
