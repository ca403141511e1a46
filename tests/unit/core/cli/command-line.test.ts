import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { asTyped } from "../../../../sdk/core/process/index.ts";
import { emptyProject, runToEnd, startOnPty } from "./start.ts";

const project = join(import.meta.dir, "../../../..");

function documentOf(stdout: string) {
  expect(stdout.trimEnd().split("\n")).toHaveLength(1);
  return JSON.parse(stdout);
}

test("help begins with what it is and examples, on standard output, and is a success", async () => {
  const { exitCode, stdout, stderr } = await runToEnd("hello", ["--help"]);
  expect([exitCode, stderr]).toEqual([0, ""]);
  expect(stdout).toStartWith("Greets somebody.\n\nExamples:\n  ./scripts/hello.ts ");
  expect(stdout.indexOf("Examples:")).toBeLessThan(
    stdout.indexOf("Usage: ./scripts/hello.ts [options] [who]"),
  );
  for (const flag of ["--json", "--quiet", "--verbose", "--no-color", "--config"])
    expect(stdout).toContain(flag);
});

test("help wins over whatever else is wrong", async () => {
  for (const args of [
    ["--help", "--dryrun"],
    ["-h", "a", "b", "c"],
  ]) {
    expect((await runToEnd("hello", args)).exitCode).toBe(0);
  }
});

test("help of every script loads nothing but the command line", async () => {
  const script = join(import.meta.dir, "fixtures/hello.ts");
  const lister = `process.argv.splice(2, Infinity, "--help"); await import(${JSON.stringify(script)});
    process.stderr.write(Object.keys(require.cache).join("\\n"));`;
  const child = Bun.spawn([process.execPath, "-e", lister], { stdout: "ignore", stderr: "pipe" });
  const loaded = await child.stderr.text();
  expect(loaded).toContain("cli/run-script.ts");
  expect(loaded).not.toMatch(/cli\/frame\.ts|core\/(?:errors|log|process|text)\/|zod|@azure|\/pg\//);
});

test("help that could not be written is no success; one whose reader has gone is", async () => {
  const script = join(import.meta.dir, "fixtures/hello.ts");
  const shell = (line: string) =>
    Bun.spawnSync(["sh", "-c", line, process.execPath, script], { stderr: "pipe" });
  expect(shell('"$0" "$1" --help > /dev/full').exitCode).toBe(1);
  expect(shell('("$0" "$1" --help; echo $? >&2) | true').stderr.toString().trim()).toBe("0");
});

test("help is appended to what stands in a file, and nothing else is", () => {
  // Bun treats a text of a kilobyte and more in another way than a shorter one.
  const script = join(project, "scripts/restore-db.ts");
  const shell = (line: string) =>
    Bun.spawnSync(["sh", "-c", line, process.execPath, script]).stdout.toString();
  using empty = emptyProject();
  const file = join(empty.path, "help.txt");
  writeFileSync(file, "above\n");
  shell(`"$0" "$1" --help >> ${file}`);
  expect(readFileSync(file, "utf8")).toBe(`above\n${shell('"$0" "$1" --help')}`);
});

test.each([{}, { NO_COLOR: "1" }])("help is as wide as the terminal, also with %j", async (env) => {
  const pty = startOnPty(["--help"], { columns: 200, env });
  await pty.exitCode();
  expect(pty.screen()).toMatch(/--config <path> .*config\/deployment\.config\.ts\)/);
});

test.each([
  [["--dryrun"], "unknown option '--dryrun'", "did you mean --dry-run? see HELP"],
  [["--times"], "option '--times <count>' argument missing", "see HELP"],
  [["a", "b"], "too many arguments. Expected 1 argument but got 2: a, b.", "see HELP"],
  [["--loud", "--soft"], "option '--loud' cannot be used with option '--soft'", "see HELP"],
  [["-q", "-v"], "option '-q, --quiet' cannot be used with option '-v, --verbose'", "see HELP"],
])("a wrong command line is refused: %j", async (args, message, fix) => {
  const remedy = fix.replace("HELP", `${asTyped([`${project}/scripts/hello.ts`])} --help`);
  const plain = await runToEnd("hello", args);
  expect(plain).toEqual({ exitCode: 2, stdout: "", stderr: `error[USAGE] ${message}\n  fix: ${remedy}\n` });

  const withJson = await runToEnd("hello", ["--json", ...args]);
  expect(withJson.exitCode).toBe(2);
  const document = documentOf(withJson.stdout);
  expect(document).toMatchObject({ command: "hello", ok: false, exitCode: 2, logFile: null, result: null });
  expect(document.error).toMatchObject({ code: "USAGE", message, remedy });
});

test("a missing argument and a choice that there is not are refused", async () => {
  expect((await runToEnd("run", [])).stderr).toContain("missing required argument 'way'");
  expect((await runToEnd("run", ["wrong"])).stderr).toContain("Allowed choices are");
});

test("the configuration is the project's own, wherever the script is called from and by whichever link", async () => {
  using elsewhere = emptyProject();
  const link = join(elsewhere.path, "hello");
  symlinkSync(join(import.meta.dir, "fixtures/hello.ts"), link);
  const child = Bun.spawn([process.execPath, link, "--json"], { cwd: "/", stdout: "pipe", stderr: "ignore" });
  expect(documentOf(await child.stdout.text()).result.config).toBe(
    join(project, "config/deployment.config.ts"),
  );
});

test("the nearest directory above a script with a package.json is its project", async () => {
  using place = emptyProject();
  mkdirSync(join(place.path, "scripts"));
  writeFileSync(join(place.path, "package.json"), "{}");
  const script = join(place.path, "scripts/where.ts");
  writeFileSync(
    script,
    `import { Command, runScript } from ${JSON.stringify(join(project, "sdk/core/cli/index.ts"))};
     runScript({ name: "where", summary: "", examples: [], command: new Command(), logName: "backup",
       run: async (flags) => ({ result: flags.config }) });`,
  );
  chmodSync(script, 0o755);
  const child = Bun.spawn([process.execPath, script, "--json"], {
    cwd: "/",
    stdout: "pipe",
    stderr: "inherit",
  });
  const document = documentOf(await child.stdout.text());
  expect(document.result).toBe(join(place.path, "config/deployment.config.ts"));
  expect(document.logFile).toStartWith(join(place.path, "logs/deployment/backup-"));

  using other = emptyProject();
  mkdirSync(join(other.path, "config"));
  const given = join(other.path, "config/deployment.config.ts");
  writeFileSync(given, "");
  const logOf = async (config: string) => {
    const run = Bun.spawn([process.execPath, script, "--json", "--config", config], { stdout: "pipe" });
    return documentOf(await run.stdout.text()).logFile;
  };
  // The log lies in the project that the run is about; a mistyped path makes no folder.
  const [itsOwn, mistyped] = await Promise.all([logOf(given), logOf(join(other.path, "none/x.ts"))]);
  expect(itsOwn).toStartWith(join(other.path, "logs/deployment/backup-"));
  expect(mistyped).toStartWith(join(place.path, "logs/deployment/backup-"));
});

test("a configuration that is given is taken from the working directory", async () => {
  using place = emptyProject();
  const script = join(import.meta.dir, "fixtures/hello.ts");
  const child = Bun.spawn([process.execPath, script, "--json", "--config", "other.ts"], {
    cwd: place.path,
    stdout: "pipe",
    stderr: "ignore",
  });
  expect(documentOf(await child.stdout.text()).result.config).toBe(join(place.path, "other.ts"));
});
