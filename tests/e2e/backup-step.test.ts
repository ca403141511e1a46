import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { listBackups } from "../../sdk/core/manifest/index.ts";
import { documentOf, errorOf } from "../support/document.ts";
import { setVariables } from "../support/env-file.ts";
import { openStack, type Stack } from "../support/stack.ts";
import { servingOf, standingIn } from "../support/standing.ts";

let stack: Stack;

beforeAll(async () => {
  stack = await openStack({ watch: { duration: "300ms", interval: "100ms" }, drain: { timeout: "300ms" } });
  const { blue, green } = stack.prepared.envFiles;
  for (const file of [blue, green]) setVariables(file, { MODEL_LOAD_SECONDS: "0" });
  configure("cell_hub");
}, 60_000);

afterAll(() => stack[Symbol.asyncDispose](), 60_000);

function configure(user: string): void {
  const uploads = join(stack.directory, "data", "uploads");
  const migrations = {
    service: "backend",
    command: ["bun", "migrate.ts", "up"],
    statusCommand: ["bun", "migrate.ts", "status"],
  };
  stack.writeConfiguration({
    database: { mode: "shared", service: "postgres", name: "cell_hub", user, migrations },
    uploads: { blue: uploads, green: uploads },
  });
}

const backupsOf = () => listBackups(join(stack.directory, "backups")).backups;

test("on the first deployment there is nothing to back up yet, which is said", async () => {
  const { exitCode, stderr } = await stack.deploy(["--release", "r1"]);
  expect(exitCode).toBe(0);
  expect(stderr).toContain("NO BACKUP was made: nothing serves yet");
  expect(backupsOf()).toEqual([]);
}, 150_000);

test("the next one backs up what the active environment uses, and its record names the backup", async () => {
  const planned = await stack.deploy(["--release", "r2", "--dry-run"]);
  expect(planned.stdout).toContain(
    "a backup is made and proven first: postgres cell_hub, globals globals, directory",
  );
  expect(backupsOf()).toEqual([]);

  const document = documentOf(await stack.deploy(["--release", "r2", "--json"]));
  const [backup, ...others] = backupsOf();
  expect(others).toEqual([]);
  expect(document).toMatchObject({ exitCode: 0, result: { backup: backup?.id } });
  expect(backup).toMatchObject({
    kind: "pre-deployment",
    release: "r1",
    environment: "green",
    deployment: { release: "r2" },
    verified: { tier: "decode" },
  });
  expect(backup?.items.map(({ type, name }) => `${type} ${name}`)).toEqual([
    "postgres cell_hub",
    "globals globals",
    "directory uploads",
  ]);
  expect(await Bun.file(stack.state("history.jsonl")).text()).toContain(`"backup":"${backup?.id}"`);
}, 150_000);

test("a backup that fails ends the deployment before anything changes", async () => {
  const before = [await servingOf(stack), await standingIn(stack, "green")];
  configure("nobody");
  // The checks before it find the wrong user too, and would end the deployment first.
  const ended = await stack.deploy(["--release", "r3", "--force", "--json"]);
  expect([ended.exitCode, errorOf(ended).code]).toEqual([1, "DATABASE_DENIED"]);
  expect([await servingOf(stack), await standingIn(stack, "green")]).toEqual(before);
  expect(backupsOf()).toHaveLength(1);
}, 150_000);
