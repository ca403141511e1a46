import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  chownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { createRedactor, openRunLog, type RunLog } from "../../../../sdk/core/log/index.ts";
import { ownerAndMode } from "../../../support/owner-and-mode.ts";
import { smallFileSystem } from "../small-file-system.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "switchover-log-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const clock = () => new Date("2026-11-20T18:02:27.123Z");
const redactor = createRedactor(['hun"ter2 x']);

function open(name = "deployment", place = directory): RunLog {
  return openRunLog({ directory: place, name, redactor, clock });
}

function textOf(log: RunLog): string {
  return readFileSync(log.path ?? "", "utf8");
}

test("a line has its UTC time, its level, its message and its fields", () => {
  using log = open();
  log.debug("d");
  log.info("staged", { environment: "green", seconds: 3.2, note: "two words", none: undefined, list: ["a"] });
  log.warn("w");
  log.error("e");
  log.critical("c");
  expect(textOf(log)).toBe(
    [
      "2026-11-20T18:02:27.123Z DEBUG d",
      '2026-11-20T18:02:27.123Z INFO  staged environment=green seconds=3.2 note="two words" list=["a"]',
      "2026-11-20T18:02:27.123Z WARN  w",
      "2026-11-20T18:02:27.123Z ERROR e",
      "2026-11-20T18:02:27.123Z CRITICAL c",
      "",
    ].join("\n"),
  );
});

test("root's log is of the owner of its folder, who made the folder or had it made", () => {
  chownSync(directory, 1234, 1235);
  const place = join(directory, "logs", "deployment");
  using log = open("backup", place);
  expect(ownerAndMode(place)).toBe("1234:1235 700");
  expect(ownerAndMode(log.path ?? "")).toBe("1234:1235 600");
});

test("a log is a new file of its owner's alone, and runs of one second get a file each", () => {
  const place = join(directory, "logs", "deployment");
  const paths = [open("backup", place), open("backup", place), open("backup", place)].map((log) => log.path);
  expect(paths).toEqual([
    join(place, "backup-20261120-180227.log"),
    join(place, "backup-20261120-180227-2.log"),
    join(place, "backup-20261120-180227-3.log"),
  ]);
  expect(statSync(paths[0] ?? "").mode & 0o777).toBe(0o600);
});

test("a symbolic link planted under the log's name is not followed", () => {
  writeFileSync(join(directory, "target"), "precious");
  symlinkSync(join(directory, "target"), join(directory, "deployment-20261120-180227.log"));
  using log = open();
  log.info("x");
  expect(log.path).toEndWith("-2.log");
  expect(readFileSync(join(directory, "target"), "utf8")).toBe("precious");
});

test("whatever is logged, it is one line, and no line can be forged", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (text, key) => {
      using log = open();
      log.info(text, { [key]: text });
      log.tool(text, text, "stderr");
      const lines = textOf(log).split("\n");
      expect(lines).toHaveLength(3);
      expect(textOf(log)).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      if (log.path !== undefined) rmSync(log.path);
    }),
  );
});

test("the output of a tool is told by program and stream, without colours", () => {
  using log = open();
  log.tool("docker", "\x1b[32mhealthy\x1b[0m\r", "stdout");
  log.tool("docker", "2026-11-20T18:02:27.123Z INFO  forged", "stderr");
  expect(textOf(log)).toBe(
    "2026-11-20T18:02:27.123Z DEBUG docker 1> healthy\n" +
      "2026-11-20T18:02:27.123Z DEBUG docker 2> 2026-11-20T18:02:27.123Z INFO  forged\n",
  );
});

test("a secret reaches the log by no way in", () => {
  const secret = 'hun"ter2 x';
  using log = open();
  log.info(`a ${secret} b`, { field: secret, deep: { argv: [secret] }, error: new Error(`not ${secret}`) });
  log.tool(secret, `\x1b[31mhun"t\x1b[0mer2 x`, "stdout");
  log.error(encodeURIComponent(secret), { password: "some thing" });
  expect(textOf(log)).not.toMatch(/ter2|some thing/);
  expect(textOf(log).split("[redacted]")).toHaveLength(9);
});

test("every line is in the file before a SIGKILL", async () => {
  const child = Bun.spawn([
    process.execPath,
    "-e",
    `import { createRedactor, openRunLog } from ${JSON.stringify(join(import.meta.dir, "../../../../sdk/core/log/index.ts"))};
     const log = openRunLog({ directory: ${JSON.stringify(directory)}, name: "x", redactor: createRedactor() });
     for (let n = 0; n < 100; n++) log.info(String(n)); process.kill(process.pid, "SIGKILL");`,
  ]);
  await child.exited;
  expect(child.signalCode).toBe("SIGKILL");
  const [file = ""] = readdirSync(directory);
  expect(readFileSync(join(directory, file), "utf8").trim().split("\n")).toHaveLength(100);
});

test("a full disk is said once, fails nothing, and spoils no line that is written later", () => {
  using full = smallFileSystem(32);
  const said: string[] = [];
  const log = openRunLog({
    directory: full.path,
    name: "x",
    redactor,
    clock,
    warn: (text) => said.push(text),
  });
  log.info("before");
  full.fill();
  for (let count = 0; count < 50; count += 1) log.info("y".repeat(1_000));
  expect(said).toEqual([`the log in ${full.path} cannot be written (ENOSPC); the run goes on`]);
  rmSync(join(full.path, "filler"));
  log.info("after");
  expect(textOf(log)).toEndWith("\n2026-11-20T18:02:27.123Z INFO  after\n");
  log.close();
});

test("a directory that cannot be made is said once, and the log has no path", () => {
  writeFileSync(join(directory, "file"), "");
  const said: string[] = [];
  const log = openRunLog({
    directory: join(directory, "file", "logs"),
    name: "x",
    redactor,
    warn: (text) => said.push(text),
  });
  log.info("x");
  log.close();
  log.close();
  log.info("late");
  expect(log.path).toBeUndefined();
  expect(said).toHaveLength(1);
});
