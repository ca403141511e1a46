import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { catalogue } from "../../../checks/index.ts";
import { startScript } from "../../support/script.ts";

setDefaultTimeout(60_000);

const script = resolve(import.meta.dir, "../../../scripts/check.ts");
const check = (...args: string[]) => startScript("check", args).ended;

test("the list and the help name every check that there is, and each has a help of its own", async () => {
  const ids = Object.keys(catalogue);
  const [list, help, document] = await Promise.all([check("list"), check("--help"), check("list", "--json")]);
  expect([list.exitCode, help.exitCode]).toEqual([0, 0]);
  for (const id of ids) {
    expect(list.stdout).toMatch(new RegExp(`^${id} `, "m"));
    expect(help.stdout).toMatch(new RegExp(`^  ${id} `, "m"));
  }
  expect(JSON.parse(document.stdout).result.map((row: { check: string }) => row.check)).toEqual(ids);
  const own = await check("disk-space", "--help");
  expect(own.stdout).toContain("./scripts/check.ts disk-space --path / --minimum 10GB");
  expect(own.stdout).toMatch(/--minimum <size> +The bytes that must be free \(default: "10GB"\)/);
});

test("a check runs from anywhere without a configuration: 0 when it passes or warns, 1 when it fails", async () => {
  const [passes, warns, fatal, fails] = await Promise.all([
    check("memory", "--minimum", "1MB"),
    check("env-files", "--file", openFile),
    check("env-files", "--file", openFile, "--fail-on", "warn"),
    check("memory", "--minimum", "900TB"),
  ]);
  expect(passes.stdout).toMatch(/^pass memory: .+\n1 check: 1 pass, in /);
  expect([passes.exitCode, passes.stderr]).toEqual([0, ""]);
  expect(warns.stdout).toMatch(/^warn env-files: .+mode 0644.+\n {2}fix: chmod 600 /);
  expect([warns.exitCode, fatal.exitCode, fails.exitCode]).toEqual([0, 1, 1]);
  expect(fails.stdout).toMatch(/^fail memory: .+900 TB are wanted\n {2}fix: see what takes it/);
});

const folder = mkdtempSync(join(tmpdir(), "switchover-check-script-"));
const openFile = join(folder, "env");
writeFileSync(openFile, "A=1\n", { mode: 0o644 });
process.once("exit", () => rmSync(folder, { recursive: true }));

test.each([
  [["dsik-space"], 'there is no check "dsik-space"', `did you mean disk-space? see ${script} list`],
  [["toString"], 'there is no check "toString"', `see ${script} list`],
  [
    ["disk-space", "--pth", "/"],
    "unknown option '--pth'",
    `did you mean --path? see ${script} disk-space --help`,
  ],
  [["disk-space"], "--path is missing", `see ${script} disk-space --help`],
  [
    ["memory", "--minimum", "much"],
    '--minimum: expected a size with its unit, such as "10GB" or "512MiB", not "much"',
    `see ${script} memory --help`,
  ],
  [
    ["memory", "--deadline", "30d"],
    'the deadline of the check memory is not a time: "30d"',
    'write it with its unit, such as "30s"; 24 days is the most',
  ],
  [
    ["memory", "--watch", "1ms"],
    `option '--watch [interval]' argument '1ms' is invalid. Expected a time from "500ms" to "60m".`,
    `see ${script} memory --help`,
  ],
  [
    ["memory", "--format", "xml"],
    "option '--format <format>' argument 'xml' is invalid. Allowed choices are junit, github, markdown.",
    `see ${script} memory --help`,
  ],
  [
    ["memory", "--watch", "5s", "--fail-on", "warn"],
    "option '--watch [interval]' cannot be used with option '--fail-on <status>'",
    `see ${script} memory --help`,
  ],
  [[], "missing required argument 'check'", `see ${script} --help`],
])("%j is misuse: exit code 2, and what was meant", async (args, message, remedy) => {
  const plain = await check(...args);
  expect(plain).toMatchObject({
    exitCode: 2,
    stdout: "",
    stderr: `error[USAGE] ${message}\n  fix: ${remedy}\n`,
  });
});

test("misuse is a document under --json, too", async () => {
  const { exitCode, stdout } = await check("memory", "--minimun", "1GB", "--json");
  expect(exitCode).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({
    command: "check",
    ok: false,
    exitCode: 2,
    error: { code: "USAGE", details: { suggestion: "--minimum" } },
  });
});

test("the finding is the result, as JSON or in a format; talk goes to standard error", async () => {
  const [json, junit, github] = await Promise.all([
    check("memory", "--minimum", "900TB", "--json"),
    check("memory", "--minimum", "900TB", "--format", "junit"),
    check("memory", "--minimum", "900TB", "--format", "github"),
  ]);
  expect(json.stdout.trimEnd().split("\n")).toHaveLength(1);
  expect(JSON.parse(json.stdout)).toMatchObject({
    command: "check",
    ok: false,
    exitCode: 1,
    result: {
      counts: { fail: 1, pass: 0 },
      findings: [{ id: "memory", status: "fail", evidence: { minimum: 9e14 } }],
    },
  });
  expect(json.stderr).toStartWith("fail memory: ");
  expect(junit.stdout).toMatch(/^<\?xml .+<failure message="[^"]+900 TB are wanted"/s);
  expect(github.stdout).toMatch(/^::error title=memory::.+%0Afix: /);
  expect([junit.exitCode, github.exitCode]).toEqual([1, 1]);
});

test("a watch prints what changes, and Ctrl-C ends it well", async () => {
  const file = join(folder, "watched");
  writeFileSync(file, "A=1\n", { mode: 0o600 });
  const watching = Bun.spawn(
    [join(import.meta.dir, "../../../scripts/check.ts"), "env-files", "--file", file, "--watch", "500ms"],
    { stdout: "pipe", stderr: "pipe" },
  );
  const lines: string[] = [];
  for await (const chunk of watching.stdout.pipeThrough(new TextDecoderStream())) {
    lines.push(...chunk.split("\n").filter(Boolean));
    if (lines.length === 1) writeFileSync(file, "A: 1\n");
    if (lines.length >= 3) watching.kill("SIGINT");
  }
  expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d UTC pass env-files: /);
  expect(lines[1]).toMatch(/^\d\d:\d\d:\d\d UTC pass → fail env-files: .+line 1 is not NAME=value$/);
  expect(lines[2]).toMatch(/^ {2}fix: write NAME=value/);
  expect([await watching.exited, watching.signalCode, await watching.stderr.text()]).toEqual([0, null, ""]);
});
