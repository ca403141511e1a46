import { expect, test } from "bun:test";
import { emptyProject, ended, start, until } from "./start.ts";

test("others are told of the beginning beside the run, and of the end behind its result", async () => {
  const { exitCode, stdout, stderr } = await ended(start("announced", ["well", "done"]));
  expect([exitCode, stdout]).toEqual([0, "the result\n"]);
  expect(stderr).toBe("told of the beginning\ntold of the end: 0 well\n");
});

test("a failure is told with its code, behind the failure's own text", async () => {
  using project = emptyProject();
  const { exitCode, stderr } = await ended(start("announced", ["well", "fail"], project.path));
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/error\[BUILD_FAILED\][\s\S]*\ntold of the end: 1 BUILD_FAILED\n$/);
  expect(project.logText()).toContain("told of the end: 1 BUILD_FAILED");
});

test("a run that waits for what can no longer happen is told as a failure", async () => {
  const { exitCode, stderr } = await ended(start("announced", ["well", "never"]));
  expect(exitCode).toBe(1);
  expect(stderr).toEndWith("told of the end: 1 UNEXPECTED\n");
});

test("a run that does not end though it was told to is told as a failure, and left", async () => {
  const child = start("announced", ["well", "hang"]);
  const { rest } = await until(child, "hanging");
  child.kill("SIGTERM");
  expect(await child.exited).toBe(4);
  expect(await rest()).toEndWith("told of the end: 4 CLEANUP_TIMED_OUT\n");
});

test.each(["unopened", "mute", "nobody"])(
  "one who is %s changes nothing about the run, and is logged",
  async (how) => {
    using project = emptyProject();
    const { exitCode, stdout } = await ended(start("announced", [how, "done"], project.path));
    expect([exitCode, stdout]).toEqual([0, "the result\n"]);
    const warnings = project.logText().match(/WARN .*nobody could be told of the run: .*/g) ?? [];
    expect(warnings).toHaveLength({ unopened: 1, mute: 2, nobody: 0 }[how] ?? -1);
  },
);

test("the end is told after the beginning, however late that is", async () => {
  const { stderr } = await ended(start("announced", ["slow", "done"]));
  expect(stderr).toBe("told of the beginning, late\ntold of the end\n");
});

test("whoever does not want to wait for the messages leaves with what came of the run", async () => {
  const child = start("announced", ["endless", "done"]);
  const { rest } = await until(child, "telling");
  child.kill("SIGINT");
  expect(await child.exited).toBe(0);
  expect(await rest()).not.toContain("putting things back");
});
