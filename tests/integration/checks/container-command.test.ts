import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { containerCommand, gpu } from "../../../checks/index.ts";
import { execute } from "../../../sdk/systems/docker/index.ts";
import { failureOf } from "../../support/failure-of.ts";
import { goesOn, openProject, type Started } from "../systems/docker/containers.ts";
import { until } from "./fixture.ts";

const project = openProject();
const folder = mkdtempSync(join(tmpdir(), "switchover-gpu-"));
afterAll(async () => {
  await project[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

let web: Started;
beforeAll(async () => {
  web = await project.start("web", [], goesOn);
});

const bun = (script: string) => ["bun", "-e", script];

test("a command with the right exit code and output passes", async () => {
  const argv = bun("console.log('numpy 1.26.4'); console.error('warmed up'); process.exit(3)");
  const contains = ["numpy 1.", "warmed up"];
  const finding = await containerCommand({
    container: web.name,
    argv,
    exitCode: 3,
    contains,
    lacks: "numpy 2.",
  });
  expect(finding).toMatchObject({ status: "pass" });
});

test("another exit code, a missing text and a forbidden one fail, each by name", async () => {
  const argv = bun("console.log('numpy 2.0.1'); process.exit(1)");
  const finding = await containerCommand({
    container: web.name,
    argv,
    contains: "numpy 1.",
    lacks: "numpy 2.",
  });
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain("exited 1, not 0");
  expect(finding.summary).toContain('did not print "numpy 1."');
  expect(finding.summary).toContain('printed "numpy 2."');
});

test("no shell sees the arguments, and a program that is not there fails", async () => {
  const argv = ["bun", "-e", "console.log(process.argv.at(-1))", "$(id) *"];
  expect(await containerCommand({ container: web.name, argv, contains: "$(id) *" })).toMatchObject({
    status: "pass",
  });
  const absent = await containerCommand({ container: web.name, argv: "no-such-program" });
  expect(absent.status).toBe("fail");
  expect(absent.summary).toContain("no-such-program");
});

test("what Docker could not even begin has no exit code, though 1 may be the one that is wanted", async () => {
  const gone = execute(`${web.name}-gone`, ["true"], { deadlineMs: 20_000 });
  expect((await failureOf(gone)).message).toContain("could not begin the command");
});

test("output without end is not kept", async () => {
  const argv = bun("for (let i = 0; i < 2000; i += 1) console.log('y'.repeat(50_000)); console.log('done')");
  const before = process.memoryUsage().rss;
  const finding = await containerCommand({ container: web.name, argv, contains: "done" });
  expect(finding.status).toBe("pass");
  const loud = bun(
    "console.log('\\u001b[31mERROR\\u001b[0m: x'); console.log('y\\n'.repeat(400_000)); process.exit(1)",
  );
  const early = await containerCommand({ container: web.name, argv: loud, lacks: "ERROR: x", exitCode: 1 });
  expect(early.summary).toContain('printed "ERROR: x"');
  // Nothing of the command is left to this host's shell.
  expect(early.remedy).toContain(`docker exec ${web.name} bun -e 'console.log('\\''`);
  expect(JSON.stringify(finding).length).toBeLessThan(2_000);
  // What is garbage by now is not kept, whether it was collected yet or not.
  Bun.gc(true);
  expect(process.memoryUsage().rss - before).toBeLessThan(80e6);
});

test("a command that hangs is ended at its time, and does not live on in the container", async () => {
  const sign = crypto.randomUUID();
  const argv = bun(`setInterval(() => {}, 1000, ${JSON.stringify(sign)})`);
  const finding = await containerCommand({ container: web.name, argv, timeout: "1500ms" });
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain("was ended at its deadline of 1.5 s");
  await until(() => commandLines().every((line) => !line.includes(sign)));
});

/** What runs on this machine, inside of containers, too. */
function commandLines(): string[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && entry !== String(process.pid))
    .map((pid) => `/proc/${pid}/cmdline`)
    .map((file) => (existsSync(file) ? readFileSync(file, "utf8") : ""));
}

test("a GPU that is not there fails for that", async () => {
  const finding = await gpu({ container: web.name });
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain(`no GPU in ${web.name}`);
  expect(finding.remedy).toContain("NVIDIA container toolkit");
});

test("GPUs are counted with their memory, as the driver's own tool tells them", async () => {
  // There is no GPU to be had: what a driver prints for two of them stands in for it.
  const tool = "#!/usr/local/bin/bun\nconsole.log('NVIDIA A10, 23028\\nTesla T4, 15360');\n";
  writeFileSync(join(folder, "nvidia-smi"), tool, { mode: 0o755 });
  const mount = ["--volume", `${folder}:/usr/local/sbin:ro`];
  const two = await project.start("two", mount, goesOn);
  const finding = await gpu({ container: two.name, minimum: 2 });
  expect(finding).toMatchObject({ status: "pass" });
  expect(finding.summary).toContain("NVIDIA A10, Tesla T4");
  const large = await gpu({ container: two.name, minimum: 2, memory: "20GiB" });
  expect(large.status).toBe("fail");
  expect(large.summary).toContain("1 GPUs");
  const without = "#!/usr/local/bin/bun\nconsole.log('No devices were found');\n";
  writeFileSync(join(folder, "nvidia-smi"), without);
  expect((await gpu({ container: two.name })).summary).toContain("0 GPUs");
});
