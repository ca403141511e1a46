import { expect, test } from "bun:test";
import type { Finding } from "../../../../sdk/core/finding/index.ts";
import { formats } from "../../../../sdk/jobs/check/formats/index.ts";
import { failuresLast, type Report } from "../../../../sdk/jobs/check/report.ts";
import { plainLines, table } from "../../../../sdk/jobs/check/shown.ts";

const finding = (id: string, status: Finding["status"], more: Partial<Finding> = {}): Finding => ({
  id,
  title: id.toUpperCase(),
  status,
  summary: `${id} is so`,
  evidence: { seen: 1 },
  durationMs: 1_234,
  ...more,
});

const report: Report = {
  command: "pre-deployment-check",
  startedAt: new Date("2026-11-26T10:00:00.500Z"),
  durationMs: 2_500,
  failOn: "fail",
  findings: failuresLast([
    finding("disk", "fail", { summary: 'a <b> | "c" & 100%\u0000', remedy: "rm -rf /old\ndf -h" }),
    finding("memory", "warn", { remedy: "less" }),
    finding("daemon", "pass"),
    finding("tls", "skip"),
  ]),
};

const plain = { dim: String, bold: String, red: String, green: String, yellow: String, cyan: String };

test("what failed comes last, with its remedy under it, and every remedy of a failure is shown", () => {
  expect(plainLines(report)).toEqual([
    "pass daemon: daemon is so",
    "skip tls: tls is so",
    "warn memory: memory is so",
    "  fix: less",
    'fail disk: a <b> | "c" & 100%\u0000',
    "  fix: rm -rf /old",
    "       df -h",
    "4 checks: 1 pass, 1 warn, 1 fail, 1 skip, in 2.5 s",
  ]);
});

test("at a terminal it is a table", () => {
  const lines = table(report, plain);
  expect(lines[0]).toMatch(/^ +CHECK +TIME +SAW$/);
  expect(lines[1]).toMatch(/^✓ pass {2}daemon {2}1\.2 s {2}daemon is so$/);
  expect(lines.at(-5)).toContain("✗ fail  disk");
  expect(lines.at(-4)).toBe("          fix: rm -rf /old");
});

test("JUnit: well-formed whatever is in it, failures counted, a warning is none unless it was to be", async () => {
  const xml = formats.junit(report);
  expect(xml).toContain('<testsuites tests="4" failures="1" errors="0" skipped="1" time="2.500">');
  expect(xml).toContain('message="a &lt;b&gt; | &quot;c&quot; &amp; 100%\ufffd" type="fail"');
  expect(xml).toContain('<testcase name="disk" classname="pre-deployment-check.DISK" time="1.234"><failure');
  expect(formats.junit({ ...report, failOn: "warn" })).toContain('failures="2"');
  const parser = Bun.spawn(
    ["python3", "-c", "import sys, xml.dom.minidom as m; m.parseString(sys.stdin.buffer.read())"],
    { stdin: new TextEncoder().encode(xml), stderr: "pipe" },
  );
  expect([await parser.exited, await parser.stderr.text()]).toEqual([0, ""]);
});

test("GitHub: annotations that end in one line, and nothing that a finding says is a command", () => {
  const hostile = finding("edge", "pass", { summary: "x\n::set-output name=a::b ##[add-mask]o" });
  const lines = formats.github({ ...report, findings: [hostile, ...report.findings] }).split("\n");
  expect(lines).toContain('::error title=disk::a <b> | "c" & 100%25\u0000%0Afix: rm -rf /old%0Adf -h');
  expect(lines).toContain("::warning title=memory::memory is so%0Afix: less");
  expect(lines.filter((line) => line.startsWith("::"))).toHaveLength(2);
  expect(lines.filter((line) => line.includes("##["))).toEqual([]);
  expect(formats.github({ ...report, failOn: "warn" })).toContain("::error title=memory::");
});

test("Markdown: what a server said makes no picture, no link and no row", () => {
  const tracked = finding("edge", "fail", {
    summary: "its body is no JSON: ![](http://192.0.2.1/seen.png)\r| row |",
  });
  expect(formats.markdown({ ...report, findings: [tracked] })).toMatch(
    /no JSON: !\\\[\]\(http.*<br>\\\| row/,
  );
});

test("Markdown: a table whose cells hold whatever was seen", () => {
  const lines = formats.markdown(report).split("\n");
  expect(lines[0]).toBe("### pre-deployment-check: 4 checks: 1 pass, 1 warn, 1 fail, 1 skip, in 2.5 s");
  expect(lines.at(-1)).toBe(
    '| ❌ fail | `disk` | a &lt;b> \\| "c" & 100%\u0000 | rm -rf /old<br>df -h | 1.2 s |',
  );
});
