import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { run } from "../../sdk/core/process/index.ts";
import { bunVersion } from "../../sdk/jobs/setup/index.ts";
import { untilPasses } from "../support/until.ts";

const project = path.resolve(import.meta.dir, "../..");
const bootstrap = path.join(project, "scripts/bootstrap.mjs");
const node = Bun.which("node") ?? "node";
const nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"];

let dir: string;

beforeEach(() => {
  dir = mkdtempSync("/var/tmp/switchover-test-");
  mkdirSync(path.join(dir, "bin"), { mode: 0o755 });
  symlinkSync(node, path.join(dir, "bin/node"));
});

afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** The bootstrap by its text, for nobody may not be allowed to read the checkout. */
function copied(): string {
  const file = path.join(dir, "project/scripts/bootstrap.mjs");
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, readFileSync(bootstrap));
  return file;
}

function openDir(): Promise<unknown> {
  return run(["chmod", "-R", "a+rX", dir], { deadlineMs: 5_000 });
}

/** A program called bun, as a shell script. */
function fakeBun(script: string): void {
  writeFileSync(path.join(dir, "bin/bun"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

async function asNobody() {
  const script = copied();
  await openDir();
  const inside = ["env", "-i", `PATH=${dir}/bin`, "HOME=/nonexistent", node, script, "scripts/setup.ts"];
  return run([...nobody, ...inside], { deadlineMs: 20_000 });
}

test("cron's environment finds Bun", async () => {
  const { stdout, exitCode } = await run(["env", "-i", "PATH=/usr/bin:/bin", "bun", "--version"], {
    deadlineMs: 10_000,
  });
  expect(exitCode).toBe(0);
  expect(stdout.trim()).toMatch(/^1\.\d+\.\d+$/);
});

test("the bootstrap and the images name the same Bun", () => {
  expect(readFileSync(bootstrap, "utf8")).toContain(`const pinned = "${bunVersion}";`);
});

test("without root and without Bun it prints the commands and exits 4", async () => {
  const { exitCode, stdout, stderr } = await asNobody();
  expect(exitCode).toBe(4);
  expect(stdout).toBe("");
  expect(stderr).toStartWith("error[ROOT_NEEDED] Bun is not on the PATH");
  expect(stderr).toContain(`npm install --global --prefix /usr/local bun@${bunVersion}`);
  expect(stderr).toContain("ln -s /usr/local/bin/bun /usr/bin/bun");
});

test("a Bun that is too old counts as missing", async () => {
  fakeBun("echo 1.3.9");
  const { exitCode, stderr } = await asNobody();
  expect(exitCode).toBe(4);
  expect(stderr).toContain("bin/bun is Bun 1.3.9");
});

test("a newer Bun is used, and packages that cannot be installed are a person's business", async () => {
  fakeBun('[ "$1" = --version ] && echo 2.0.1 && exit; exit 9');
  mkdirSync(path.join(dir, "project"));
  writeFileSync(path.join(dir, "project/bun.lock"), "{}");
  const { exitCode, stderr } = await asNobody();
  expect(exitCode).toBe(4);
  expect(stderr).toContain("the project's packages could not be installed");
  expect(stderr).toContain("bun install --frozen-lockfile");
});

function writeScript(text: string): string {
  const file = path.join(dir, "script.ts");
  writeFileSync(file, text);
  return file;
}

test("the script's arguments, output and exit code are passed on", async () => {
  const script = writeScript("console.log(JSON.stringify(process.argv.slice(2))); process.exitCode = 5;");
  const { exitCode, stdout } = await run([node, bootstrap, script, "--a b", ""], { deadlineMs: 30_000 });
  expect({ exitCode, stdout }).toEqual({ exitCode: 5, stdout: '["--a b",""]\n' });
});

test("a second run installs nothing and says nothing", async () => {
  const script = writeScript("");
  await run([node, bootstrap, script], { deadlineMs: 60_000 });
  const { stdout, stderr } = await run([node, bootstrap, script], { deadlineMs: 30_000 });
  expect({ stdout, stderr }).toEqual({ stdout: "", stderr: "" });
});

test.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("%s reaches the script", async (signal) => {
  const script = writeScript(
    `process.on("${signal}", () => { console.log("got it"); process.exit(7); }); console.log("ready"); setInterval(() => {}, 1000);`,
  );
  const child = Bun.spawn([node, bootstrap, script], { stdout: "pipe", stderr: "ignore", detached: true });
  const reader = child.stdout.getReader();
  const decoder = new TextDecoder();
  let shown = "";
  while (!shown.includes("ready")) shown += decoder.decode((await reader.read()).value);
  child.kill(signal);
  for (let part = await reader.read(); !part.done; part = await reader.read())
    shown += decoder.decode(part.value);
  expect({ shown, exitCode: await child.exited }).toEqual({ shown: "ready\ngot it\n", exitCode: 7 });
});

test("the script is told when npm, which started it through a shell, is ended", async () => {
  const marker = path.join(dir, "told");
  const script = writeScript(
    `process.on("SIGTERM", async () => { await Bun.write("${marker}", ""); process.exit(1); }); console.log("ready"); setInterval(() => {}, 1000);`,
  );
  const shell = Bun.spawn(["sh", "-c", `"${node}" "${bootstrap}" "${script}"; true`], {
    stdout: "pipe",
    stderr: "ignore",
    env: { ...process.env, npm_lifecycle_event: "test" },
  });
  await shell.stdout.getReader().read();
  shell.kill("SIGTERM");
  await shell.exited;
  await untilPasses(() => expect(existsSync(marker)).toBe(true), 30_000);
});

test("without a script it is a usage error", async () => {
  const { exitCode, stderr } = await run([node, bootstrap], { deadlineMs: 10_000 });
  expect(exitCode).toBe(2);
  expect(stderr).toStartWith("usage: ");
});
