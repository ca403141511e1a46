import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { run } from "../../sdk/core/process/index.ts";
import { judge } from "../runner/files.ts";
import { runFolder } from "../runner/folders.ts";
import { longestFirst } from "../runner/longest.ts";
import { select, unknownWords } from "../runner/selection.ts";
import { summaryLines } from "../runner/summary.ts";

const project = path.resolve(import.meta.dir, "../..");
const never = new AbortController().signal;

let dir: string;

beforeAll(() => {
  dir = mkdtempSync("/var/tmp/switchover-test-");
  mkdirSync(path.join(dir, "tests/unit"), { recursive: true });
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Writes a test file into the small project, and gives its path there. */
function written(name: string, body: string): string {
  const file = `tests/unit/${name}.test.ts`;
  writeFileSync(
    path.join(dir, file),
    `import { describe, expect, test } from "bun:test";\nimport { tmpdir } from "node:os";\n${body}\n`,
  );
  return file;
}

async function counted(...files: string[]) {
  const { passed, failed } = await runFolder("unit", files, dir, never);
  return { passed, failed };
}

describe("lanes", () => {
  /** A test that passes once the other one's has begun. */
  const meeting = (own: string, other: string) =>
    `test("meets", async () => {
      await Bun.write("${dir}/${own}.here", "");
      while (!(await Bun.file("${dir}/${other}.here").exists())) await Bun.sleep(20);
    });`;

  test("files that need the machine run side by side, each counted by itself", async () => {
    const files = [written("lane-a", meeting("a", "b")), written("lane-b", meeting("b", "a"))];
    const broken = written("lane-c", 'import "./nowhere.ts"; test("a", () => {});');
    const { passed, failed } = await runFolder("faults", [...files, broken], dir, never);
    expect({ passed, failed }).toEqual({ passed: 2, failed: 1 });
  });

  test("what was not begun when the time was over has failed", async () => {
    const file = written("lane-late", 'test("a", () => {});');
    const { passed, failed, notes } = await runFolder("faults", [file], dir, AbortSignal.abort("over"));
    expect({ passed, failed, notes }).toEqual({ passed: 0, failed: 1, notes: [`${file}: not run, over`] });
  });

  test("the files that are known to be long are begun first, the others in their order", () => {
    const [short, long, longer] = ["e2e/a", "faults/daemon", "faults/misbehaviour"].map(
      (name) => `tests/${name}.test.ts`,
    );
    expect(longestFirst([`${short}`, `${long}`, `${longer}`])).toEqual([`${longer}`, `${long}`, `${short}`]);
  });
});

describe("counting", () => {
  test("passes, failures and nested groups are counted", async () => {
    const file = written(
      "mixed",
      'test("<a & b>", () => {}); describe("x > y", () => { test("c", () => {}); test("d", () => expect(1).toBe(2)); });',
    );
    expect(await counted(file)).toEqual({ passed: 2, failed: 1 });
  });

  test("what failed is said once more at the end, where its whole output has scrolled away", async () => {
    const file = written(
      "wrong",
      'test("<a & b>", () => expect({ a: 1 }).toEqual({ a: 2 })); test("c", () => { throw new Error("x\\n".repeat(40)); });',
    );
    const outcome = await runFolder("unit", [file], dir, never);
    const lines = summaryLines([outcome]);
    const said = lines.slice(lines.indexOf("what failed"));
    expect(said[1]).toBe(`(fail) ${file}: <a & b>`);
    expect(said.join("\n")).toContain('       -   "a": 2,\n       +   "a": 1,');
    expect(said).toContain(`(fail) ${file}: c`);
    expect(said.filter((line) => line === "       x")).toHaveLength(25);
    expect(said.at(-2)).toBe("       … 15 lines more");
  });

  test("a file that cannot be loaded has failed, and the others count", async () => {
    const good = written("good", 'test("a", () => {});');
    const broken = written("broken", 'import "./nowhere.ts"; test("a", () => {});');
    const { passed, failed } = await counted(good, broken);
    expect({ passed, failed }).toEqual({ passed: 1, failed: 1 });
  });

  test("a runner that crashes has failed, whatever it did before", async () => {
    const file = written(
      "crash",
      'test("a", () => {}); test("b", () => process.kill(process.pid, "SIGKILL"));',
    );
    expect(await counted(file)).toEqual({ passed: 0, failed: 1 });
  });

  test("a runner that leaves early with success, and no report, has failed", async () => {
    const file = written("early", 'test("a", () => process.exit(0)); test("b", () => {});');
    expect((await counted(file)).failed).toBeGreaterThan(0);
  });

  test("a skipped test fails in CI only", () => {
    const report = [
      { file: "tests/unit/a.test.ts", passed: 3, failed: 0, skipped: 1, durationMs: 5, failedTests: [] },
    ];
    const judged = (skipsFail: boolean) =>
      judge({ files: ["tests/unit/a.test.ts"], report, exitCode: 0, skipsFail });
    expect([judged(false).failed, judged(true).failed]).toEqual([0, 1]);
  });

  test("a runner that ends badly though no test failed counts as one failure", () => {
    const report = [
      { file: "tests/unit/a.test.ts", passed: 3, failed: 0, skipped: 0, durationMs: 5, failedTests: [] },
    ];
    expect(judge({ files: ["tests/unit/a.test.ts"], report, exitCode: 1, skipsFail: false }).failed).toBe(1);
  });

  test("when the time is over the runner and what it started are ended", async () => {
    const pidFile = path.join(dir, "pid");
    const file = written(
      "endless",
      `test("a", async () => { const child = Bun.spawn(["sleep", "300"]); await Bun.write("${pidFile}", String(child.pid)); await child.exited; }, 300_000);`,
    );
    const end = new AbortController();
    const running = runFolder("unit", [file], dir, end.signal);
    while (!(await Bun.file(pidFile).exists())) await Bun.sleep(20);
    await Bun.sleep(50);
    end.abort("over");
    expect((await running).failed).toBe(1);
    const pid = await Bun.file(pidFile).text();
    const { exitCode } = await run(["grep", "-q", "^State:.[^Z]", `/proc/${pid}/status`], {
      deadlineMs: 5_000,
    });
    expect(exitCode).not.toBe(0);
  });
});

describe("narrowing", () => {
  const files = [
    "tests/unit/core/lock.test.ts",
    "tests/faults/kill.test.ts",
    "tests/faults/kill-late.test.ts",
    "tests/e2e/a.test.ts",
  ];
  const names = (...args: string[]) =>
    select(files, args).flatMap((stage) => ("check" in stage ? [stage.check] : stage.files));

  test.each([
    [[], ["types", "style", "lint", "dead", ...files]],
    [["unit"], ["tests/unit/core/lock.test.ts"]],
    [["faults/kill"], ["tests/faults/kill.test.ts", "tests/faults/kill-late.test.ts"]],
    [["./tests/faults/kill.test.ts"], ["tests/faults/kill.test.ts"]],
    [
      ["e2e", "types"],
      ["types", "tests/e2e/a.test.ts"],
    ],
  ])("%j", (args, expected) => {
    expect(names(...args).toSorted()).toEqual(expected.toSorted());
  });

  test("a word that names nothing is told, for nothing run is not a pass", async () => {
    expect(unknownWords(files, ["unit", "fault", "unti"])).toEqual(["fault", "unti"]);
    const argv = [process.execPath, path.join(project, "tests/run.ts"), "unti"];
    const { exitCode, stdout } = await run(argv, { deadlineMs: 20_000 });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  });
});
