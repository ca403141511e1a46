import { expect, test } from "bun:test";
import { z } from "zod";
import { time } from "../../../../checks/options.ts";
import { Command } from "../../../../sdk/core/cli/index.ts";
import { size } from "../../../../sdk/core/config/index.ts";
import { Failure } from "../../../../sdk/core/errors/index.ts";
import { addFlags, flagsOf, readFlags } from "../../../../sdk/jobs/check/index.ts";

const options = z.strictObject({
  path: z.union([z.string().transform((one) => [one]), z.array(z.string())]).describe("Where."),
  port: z.array(z.int()).optional().describe("Ports."),
  minimumInodes: z.int().default(10).describe("Inodes."),
  within: time().default(30_000).describe("How long."),
  room: z.union([z.number(), size()]).default(1e9).describe("Bytes."),
  docker: z.boolean().default(false).describe("Docker, too."),
  strict: z.boolean().default(true).describe("Strictly."),
  header: z.string().nullable().default("x-release").describe("The header."),
  headers: z.record(z.string(), z.string()).default({}).describe("Headers."),
  body: z.record(z.string(), z.json()).optional().describe("Values by path."),
  rules: z
    .array(z.strictObject({ is: z.int() }))
    .optional()
    .describe("Rules."),
  as: z.enum(["one", "two"]).optional().describe("The kind."),
});
const flags = flagsOf(options);

function typed(...argv: string[]): Record<string, unknown> {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  addFlags(command, flags);
  command.parse(argv, { from: "user" });
  return readFlags(flags, { ...command.opts() }, "--help");
}

test.each([
  [["--path", "/"], { path: ["/"] }],
  [["--path", "/", "--path", "/var"], { path: ["/", "/var"] }],
  [["--port", "80", "--port", "443"], { port: [80, 443] }],
  [["--minimum-inodes", "5"], { minimumInodes: 5 }],
  [["--within", "2s"], { within: "2s" }],
  [["--within", "0"], { within: 0 }],
  [["--room", "512MiB"], { room: "512MiB" }],
  [["--docker"], { docker: true }],
  [["--no-strict"], { strict: false }],
  [["--header", "x-id"], { header: "x-id" }],
  [["--no-header"], { header: null }],
  [["--headers", "a=1", "--headers", "b=x=y"], { headers: { a: "1", b: "x=y" } }],
  [
    ["--body", "database=connected", "--body", "count=3", "--body", "ok=true", "--body", "none=null"],
    { body: { database: "connected", count: 3, ok: true, none: null } },
  ],
  [["--rules", '{"is":1}', "--rules", '{"is":2}'], { rules: [{ is: 1 }, { is: 2 }] }],
  [["--as", "two"], { as: "two" }],
])("%j is read with its type", (argv, expected) => {
  const argvWithPath = argv.includes("--path") ? argv : ["--path", "/", ...argv];
  const read = typed(...argvWithPath);
  expect(read).toEqual({ path: ["/"], ...expected });
  expect(options.safeParse(read).success).toBe(true);
});

test.each([
  [[], "--path is missing"],
  [["--path", "/", "--port", "many"], '--port: expected a number, not "many"'],
  [
    ["--path", "/", "--within", "2 fortnights"],
    '--within: expected a time with its unit, such as "30s" or "5m", not "2 fortnights"',
  ],
  [
    ["--path", "/", "--room", "10XB"],
    '--room: expected a size with its unit, such as "10GB" or "512MiB", not "10XB"',
  ],
  [["--path", "/", "--within", "250"], "--within: expected a time with its unit"],
  [["--path", "/", "--room", "10"], "--room: expected a size with its unit"],
  [["--path", "/", "--headers", "a"], '--headers: expected a name and a value with = between them, not "a"'],
  [["--path", "/", "--rules", "{is:1}"], '--rules: expected JSON, not "{is:1}"'],
])("%j is refused", (argv, message) => {
  expect(() => typed(...argv)).toThrow(Failure);
  expect(() => typed(...argv)).toThrow(message);
});

test("a choice that there is not, and a flag that there is not, are refused by the command line", () => {
  expect(() => typed("--path", "/", "--as", "three")).toThrow("Allowed choices are one, two");
  expect(() => typed("--path", "/", "--minimum-inode", "3")).toThrow("Did you mean --minimum-inodes?");
});
