import { afterAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { daemonSocket } from "../../../../sdk/systems/docker/socket.ts";

const folder = mkdtempSync(join(tmpdir(), "switchover-socket-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A folder as DOCKER_CONFIG names it, with this config.json. */
function configured(name: string, content: string): string {
  const directory = join(folder, name);
  mkdirSync(directory);
  writeFileSync(join(directory, "config.json"), content);
  return directory;
}

const plain = join(folder, "without-config");
const usual = "/var/run/docker.sock";

test("it is the usual one where nothing says otherwise, a variable set to nothing included", () => {
  expect(daemonSocket({ DOCKER_CONFIG: plain })).toBe(usual);
  const empty = { DOCKER_HOST: "", DOCKER_CONTEXT: "", DOCKER_API_VERSION: "", DOCKER_CONFIG: plain };
  expect(daemonSocket(empty)).toBe(usual);
  expect(daemonSocket({ DOCKER_CONTEXT: "default", DOCKER_CONFIG: plain })).toBe(usual);
});

test("DOCKER_HOST names it, and wins over a context", () => {
  const env = { DOCKER_HOST: "unix:///run/user/1000/docker.sock", DOCKER_CONTEXT: "elsewhere" };
  expect(daemonSocket(env)).toBe("/run/user/1000/docker.sock");
});

test("there is none where the daemon is reached in another way, or spoken to in a version of its own", () => {
  for (const DOCKER_HOST of [
    "tcp://10.0.0.1:2376",
    "ssh://host",
    "unix://relative.sock",
    "npipe:////./pipe/x",
  ]) {
    expect(daemonSocket({ DOCKER_HOST, DOCKER_CONFIG: plain })).toBeUndefined();
  }
  expect(daemonSocket({ DOCKER_CONTEXT: "elsewhere", DOCKER_CONFIG: plain })).toBeUndefined();
  expect(daemonSocket({ DOCKER_API_VERSION: "1.41", DOCKER_CONFIG: plain })).toBeUndefined();
});

test("the context in force decides where no variable does; a file that cannot be read leaves it to the client", () => {
  const from = (name: string, content: string) => daemonSocket({ DOCKER_CONFIG: configured(name, content) });
  expect(from("no-context", '{"auths": {}}')).toBe(usual);
  expect(from("no-name", '{"currentContext": ""}')).toBe(usual);
  expect(from("default", '{"currentContext": "default"}')).toBe(usual);
  expect(from("rootless", '{"currentContext": "rootless"}')).toBeUndefined();
  expect(from("broken", '{"currentContext": ')).toBeUndefined();
});
