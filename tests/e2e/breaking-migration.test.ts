import { afterAll, beforeAll, expect, test } from "bun:test";
import { errorOf } from "../support/document.ts";
import { setVariables } from "../support/env-file.ts";
import { addMigration, breaks, ownSource } from "../support/own-source.ts";
import { sql } from "../support/sql.ts";
import { openStack, type Stack } from "../support/stack.ts";
import { servingOf, standingIn } from "../support/standing.ts";

let stack: Stack;

beforeAll(async () => {
  stack = await openStack({ watch: { duration: "500ms", interval: "100ms" }, drain: { timeout: "300ms" } });
  const { blue, green } = stack.prepared.envFiles;
  for (const file of [blue, green]) setVariables(file, { MODEL_LOAD_SECONDS: "0" });
  const source = ownSource(stack);
  await stack.deploy(["--release", "old"]);
  addMigration(source, "003_review", `${breaks}ALTER TABLE segmentations ADD COLUMN reviewed boolean;\n`);
  expect(await servingOf(stack)).toEqual({ environment: "green", release: "old" });
}, 150_000);

afterAll(() => stack[Symbol.asyncDispose](), 60_000);

const applied = () => sql(stack, "SELECT string_agg(id, ',' ORDER BY id) FROM schema_migrations");

test("without --yes, and with nobody to ask, it is not applied", async () => {
  const run = await stack.deploy(["--release", "new", "--json"]);
  const error = errorOf(run);

  expect(run.exitCode).toBe(2);
  expect(error).toMatchObject({ code: "CONFIRMATION_NEEDED", remedy: expect.stringContaining("--yes") });
  expect(error.message).toContain("003_review");
  expect(await applied()).toBe("001_init,002_provenance");
  expect(await servingOf(stack)).toEqual({ environment: "green", release: "old" });
  expect(await standingIn(stack, "blue")).toEqual({ state: "absent", release: undefined });
});

test("with --yes it is applied, and the release is deployed", async () => {
  const run = await stack.deploy(["--release", "new", "--yes"]);
  expect(run.exitCode).toBe(0);
  expect(run.stderr).toContain("release old cannot work once 003_review is applied");
  expect(await applied()).toBe("001_init,002_provenance,003_review");
});

test("a rollback across it is refused, and changes nothing", async () => {
  const run = await stack.deploy(["--quick-rollback", "--json"]);
  expect(run.exitCode).toBe(4);
  expect(errorOf(run)).toMatchObject({
    code: "ROLLBACK_CROSSES_MIGRATION",
    why: expect.stringContaining("003_review"),
    remedy: expect.stringContaining("--force"),
    details: { release: "old", breaking: ["003_review"] },
  });
});

test("with --force it is made, and says what it meets", async () => {
  const run = await stack.deploy(["--quick-rollback", "--force"]);
  expect(run.stderr).toContain("--force: release old meets 003_review");
  expect(run.exitCode).toBe(0);
  expect(await servingOf(stack)).toEqual({ environment: "green", release: "old" });
});
