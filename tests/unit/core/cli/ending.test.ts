import { expect, test } from "bun:test";
import { openSync } from "node:fs";
import { join } from "node:path";
import { emptyProject, ended, environment, runToEnd, start } from "./start.ts";

const notPlain = /(?!\n)\p{Cc}/u;

test("the result goes to standard output, and the talk to standard error", async () => {
  const { exitCode, stdout, stderr } = await runToEnd("hello", ["Ada", "--verbose"]);
  expect(exitCode).toBe(0);
  expect(stdout).toBe("hello Ada\nWHO  GREETED\nAda  true\n");
  expect(stderr).toBe("about to greet Ada\nnobody is looking\n");
});

test("under --quiet only the result is left", async () => {
  expect(await runToEnd("hello", ["--quiet"])).toMatchObject({ stderr: "", exitCode: 0 });
});

test("under --json standard output is one document", async () => {
  const { stdout } = await runToEnd("hello", ["Ada", "--json"]);
  const { durationMs, startedAt, ...document } = JSON.parse(stdout);
  expect(document).toEqual({
    command: "hello",
    ok: true,
    exitCode: 0,
    logFile: null,
    result: { who: "Ada", dryRun: false, config: expect.any(String) },
  });
  expect(durationMs).toBeNumber();
  expect(Date.now() - Date.parse(startedAt)).toBeLessThan(10_000);
});

test("a run that is done in part says so by its exit code", async () => {
  const { exitCode, stdout } = await runToEnd("run", ["part", "--json"]);
  expect(exitCode).toBe(5);
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, exitCode: 5, result: { backup: "good" } });
});

test("a failure is told with its code, why, what to do, and the log", async () => {
  using project = emptyProject();
  const { exitCode, stdout, stderr } = await ended(start("run", ["fail"], project.path, "/var"));
  const [log = ""] = project.logNames();
  expect([exitCode, stdout]).toEqual([3, ""]);
  expect(stderr).toBe(
    "error[LOCK_HELD] a deployment holds the lock\n" +
      "  why: another deployment is running\n       since long\n" +
      "  fix: wait for it\n" +
      `  log: ${join(project.path, "logs/deployment", log)}\n`,
  );
  expect(log).toMatch(/^deployment-\d{8}-\d{6}\.log$/);
  expect(project.logText()).toContain(
    'ERROR a deployment holds the lock code=LOCK_HELD why="another deployment is running\\n',
  );
});

test("the log of a run inside the working directory is told as seen from there", async () => {
  using project = emptyProject();
  const { stderr } = await ended(start("run", ["fail"], project.path, project.path));
  expect(stderr).toMatch(/^ {2}log: logs\/deployment\/deployment-[\d-]+\.log$/m);
});

test("everything is inside the root folder: there the log is told by its whole path", async () => {
  using project = emptyProject();
  const { stderr } = await ended(start("run", ["fail"], project.path, "/"));
  expect(stderr).toContain(`  log: ${project.path}/logs/deployment/`);
});

test("under --json a failure is in the document, with what was known by then", async () => {
  const { exitCode, stdout } = await runToEnd("run", ["fail", "--json"]);
  expect(exitCode).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({
    ok: false,
    exitCode: 3,
    result: { got: "this far" },
    error: {
      code: "LOCK_HELD",
      message: "a deployment holds the lock",
      why: "another deployment is running\nsince long",
      remedy: "wait for it",
      details: { pid: 4711 },
    },
  });
});

test.each([
  ["crash", "a bug"],
  ["atOnce", "before its first promise"],
  ["rejection", "nobody caught this"],
  ["exception", "thrown in a timer"],
  ["never", "the run ended without a result at stage green"],
])("a run that goes wrong by itself is an UNEXPECTED failure: %s", async (way, message) => {
  const { exitCode, stdout, stderr } = await runToEnd("run", [way, "--json"]);
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout).error).toMatchObject({ code: "UNEXPECTED", message });
  expect(stderr.match(/^error/gm)).toHaveLength(1);
  expect(stderr).toContain(`error[UNEXPECTED] ${message}`);
});

test("an error that nobody caught lets the run put things back first", async () => {
  const { stderr } = await runToEnd("run", ["rejection"]);
  expect(stderr.indexOf("put back")).toBeLessThan(stderr.indexOf("error[UNEXPECTED]"));
});

test("where the code broke stands in the log", async () => {
  using project = emptyProject();
  await runToEnd("run", ["crash"], project.path);
  expect(project.logText()).toMatch(/DEBUG Error: a bug\\n.*fixtures\/run\.ts/);
});

test("a secret that the run came to know is shown nowhere", async () => {
  using project = emptyProject();
  const json = await runToEnd("run", ["secret", "--json", "--verbose"], project.path);
  const plain = await runToEnd("run", ["secret", "--verbose"], project.path);
  const all = json.stdout + json.stderr + plain.stdout + plain.stderr + project.logText();
  expect(all).not.toContain("hunter2");
  expect(JSON.parse(json.stdout)).toMatchObject({
    result: { deep: ["[redacted]"] },
    error: { why: "[redacted]" },
  });
  expect(plain.stdout).toBe("print [redacted]\n");
});

test("a large result comes whole through a slow pipe", async () => {
  const child = start("run", ["big", "--json"]);
  await Bun.sleep(300);
  const { stdout } = await ended(child);
  expect(JSON.parse(stdout).result).toHaveLength(5_000_000);
});

test("a reader of standard error that stands still stops no run", async () => {
  using project = emptyProject();
  const script = join(import.meta.dir, "fixtures/run.ts");
  // The second run finds the pipe as full as the first one left it. Only then is it read.
  const runs = `${process.execPath} ${script} talkative; echo $? >&3; ${process.execPath} ${script} done; echo $? >&3`;
  const shell = `{ { ${runs}; } 2>&1 >/dev/null | { read -r line <&4; cat | tail -c 200; }; } 3>&1 4<&0`;
  const child = Bun.spawn(["bash", "-c", shell], {
    env: environment(project.path),
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
  const reader = child.stdout.getReader();
  const decoder = new TextDecoder();
  let printed = "";
  const read = async () => {
    const { value, done } = await reader.read();
    printed += decoder.decode(value);
    return !done;
  };
  while (!printed.includes("0\n0\n") && (await read())) {}
  expect(printed).toBe("0\n0\n");
  void child.stdin.write("go on\n");
  await child.stdin.end();
  while (await read()) {}
  expect(printed).toContain("xxx");
  expect(project.logText().match(/x{100}$/gm)).toHaveLength(3_000);
});

test("a working directory that is gone is no failure of its own", async () => {
  using project = emptyProject();
  using gone = emptyProject();
  const script = join(import.meta.dir, "fixtures/run.ts");
  const shell = `rmdir "$PWD" && ${process.execPath} ${script} fail; echo $?`;
  const child = Bun.spawn(["bash", "-c", shell], {
    cwd: gone.path,
    env: environment(project.path),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr] = [await child.stdout.text(), await child.stderr.text()];
  expect(stdout).toBe("3\n");
  expect(stderr).toContain(`  log: ${project.path}/logs/deployment/`);
});

test("a reader that goes away is no failure", async () => {
  using project = emptyProject();
  for (const flags of ["", "--json"]) {
    const script = join(import.meta.dir, "fixtures/run.ts");
    const shell = `${process.execPath} ${script} big ${flags} | head -c 1 >/dev/null; echo \${PIPESTATUS[0]}`;
    const child = Bun.spawn(["bash", "-c", shell], {
      env: environment(project.path),
      stdout: "pipe",
      stderr: "pipe",
    });
    expect([await child.stdout.text(), await child.stderr.text()]).toEqual(["0\n", ""]);
  }
});

test("standard output that is closed is no failure", async () => {
  using project = emptyProject();
  const script = join(import.meta.dir, "fixtures/run.ts");
  const shell = `${process.execPath} ${script} done --json >&-; echo $?`;
  const child = Bun.spawn(["bash", "-c", shell], {
    env: environment(project.path),
    stdout: "pipe",
    stderr: "pipe",
  });
  expect([await child.stdout.text(), await child.stderr.text()]).toEqual(["0\n", ""]);
});

test.each([["--json"], ["--quiet"]])(
  "a result that finds the disk full is done in part: %s",
  async (flag) => {
    using project = emptyProject();
    const child = Bun.spawn([process.execPath, join(import.meta.dir, "fixtures/run.ts"), "big", flag], {
      env: environment(project.path),
      stdout: openSync("/dev/full", "w"),
      stderr: "pipe",
    });
    expect(await child.stderr.text()).toContain("the result could not be printed (ENOSPC)");
    expect(await child.exited).toBe(5);
  },
);

test("a result that is no JSON still gives one document", async () => {
  const { exitCode, stdout } = await runToEnd("run", ["cyclic", "--json"]);
  expect(exitCode).toBe(5);
  expect(JSON.parse(stdout)).toMatchObject({ exitCode: 5, result: null, error: { code: "UNEXPECTED" } });
});

test("a timer that a run forgot does not keep the script alive", async () => {
  const started = performance.now();
  expect((await runToEnd("run", ["linger"])).exitCode).toBe(0);
  expect(performance.now() - started).toBeLessThan(15_000);
});

test("a child that a run left behind is ended before the script ends", async () => {
  const { stderr } = await runToEnd("run", ["orphan"]);
  const pid = Number(/pid (\d+)/.exec(stderr)?.[1]);
  expect(() => process.kill(pid, 0)).toThrow("ESRCH");
});

test("without a terminal a question fails, and names the flag that answers it", async () => {
  const { exitCode, stderr } = await runToEnd("run", ["confirm"]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain("error[CONFIRMATION_NEEDED] there is nobody to ask: Drop the old release?");
  expect(stderr).toContain("  fix: give --yes to go on without being asked");
});

test("in a pipe progress is plain lines, without a cursor code", async () => {
  const { stderr } = await runToEnd("run", ["progress"]);
  expect(stderr).not.toMatch(notPlain);
  const lines = stderr.trimEnd().split("\n");
  expect(lines.slice(1).map((line) => line.replace(/^[\d:]{8} UTC/, "TIME"))).toEqual([
    "said in between",
    "TIME stage … done 3.2 s",
    "TIME permissions … not configured 0 s",
    "TIME verify … failed 1 min 15 s  502 from /health",
    "TIME stage … undone 1 s",
  ]);
});

test("what a called program says cannot drive the terminal", async () => {
  const { stderr } = await runToEnd("run", ["hostile"]);
  expect(stderr).not.toMatch(notPlain);
});
