import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { untilPasses } from "../../../support/until.ts";
import { emptyProject, start, until } from "./start.ts";

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "%s says what is interrupted, lets the run put things back, and exits 130",
  async (signal) => {
    using project = emptyProject();
    const child = start("run", ["wait", "--json"], project.path);
    const talk = await until(child, "waiting");
    child.kill(signal);
    const [said, stdout, exitCode] = await Promise.all([talk.rest(), child.stdout.text(), child.exited]);
    expect(exitCode).toBe(130);
    expect(said).toContain("interrupted at stage green: putting things back");
    expect(said.indexOf("put back")).toBeLessThan(said.indexOf("error[INTERRUPTED]"));
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, exitCode: 130, error: { code: "INTERRUPTED" } });
    expect(project.logText()).toContain(`WARN  interrupted by ${signal} at stage green`);
  },
);

test("a failure to put things back outranks the interruption", async () => {
  const child = start("run", ["unput"]);
  const talk = await until(child, "waiting");
  child.kill("SIGINT");
  expect(await talk.rest()).toContain("error[UNDO_FAILED]");
  expect(await child.exited).toBe(4);
});

test("a second signal ends the script at once, with its document", async () => {
  const child = start("run", ["stubborn", "--json"]);
  const talk = await until(child, "waiting");
  child.kill("SIGINT");
  await talk.shows("once more stops at once");
  const second = performance.now();
  child.kill("SIGINT");
  const [said, stdout, exitCode] = await Promise.all([talk.rest(), child.stdout.text(), child.exited]);
  expect(performance.now() - second).toBeLessThan(10_000);
  expect(exitCode).toBe(130);
  expect(said).toContain("error[INTERRUPTED] stopped at once");
  expect(JSON.parse(stdout).error).toMatchObject({ code: "INTERRUPTED", details: { putBack: false } });
});

test("a run that does not come to its end after a signal is left to a person, at its limit", async () => {
  const child = start("run", ["stubborn", "--json"]);
  const talk = await until(child, "waiting");
  child.kill("SIGTERM");
  const [said, stdout, exitCode] = await Promise.all([talk.rest(), child.stdout.text(), child.exited]);
  expect(exitCode).toBe(4);
  expect(said).toContain("error[CLEANUP_TIMED_OUT] things could not be put back within 1 s");
  expect(JSON.parse(stdout).exitCode).toBe(4);
});

test("a command that runs is ended with its script, whether it is interrupted or killed", async () => {
  for (const signal of ["SIGINT", "SIGKILL"] as const) {
    const child = start("run", ["child"]);
    const talk = await until(child, "pid ");
    const pid = Number(/pid (\d+)/.exec(talk.seen)?.[1]);
    child.kill(signal);
    await child.exited;
    await untilPasses(() => expect(lives(pid)).toBe(false));
  }
});

test("under nohup the hang-up of the terminal does not interrupt", async () => {
  using project = emptyProject();
  const child = Bun.spawn(["nohup", process.execPath, `${import.meta.dir}/fixtures/run.ts`, "wait"], {
    env: { ...process.env, TEST_PROJECT: project.path },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const talk = await until(child, "waiting");
  child.kill("SIGHUP");
  await Bun.sleep(150);
  expect(child.exitCode).toBeNull();
  child.kill("SIGTERM");
  expect(await talk.rest()).toContain("putting things back");
  expect(await child.exited).toBe(130);
});

/** A process that nobody has reaped yet has a number, and does not live. */
function lives(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}

test("a child that cannot be ended, since it has become another user's, keeps no run from its end", async () => {
  const withoutRight = ["setpriv", "--bounding-set=-kill", "--inh-caps=-kill"];
  const child = start("run", ["foreign", "--json"], undefined, undefined, withoutRight);
  const talk = await until(child, "pid ");
  const pid = Number(/pid (\d+)/.exec(talk.seen)?.[1]);
  try {
    child.kill("SIGTERM");
    const over = Bun.sleep(40_000).then(() => "not over");
    expect(await Promise.race([child.exited, over])).toBe(4);
    expect(await talk.rest()).toContain("error[CLEANUP_TIMED_OUT]");
    expect(() => process.kill(pid, 0)).not.toThrow();
  } finally {
    process.kill(pid, "SIGKILL");
    child.kill("SIGKILL");
  }
}, 60_000);
