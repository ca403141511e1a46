import { afterAll, beforeAll, expect, test } from "bun:test";
import { documentOf } from "../support/document.ts";
import { setVariables } from "../support/env-file.ts";
import { addMigration, ownSource } from "../support/own-source.ts";
import { startScript } from "../support/script.ts";
import { sql } from "../support/sql.ts";
import { openStack, type Stack } from "../support/stack.ts";
import { servingOf } from "../support/standing.ts";
import { startWriter, type Writer } from "../support/writer.ts";

const database = {
  mode: "shared",
  service: "postgres",
  name: "cell_hub",
  user: "cell_hub",
  migrations: {
    service: "backend",
    command: ["bun", "migrate.ts", "up"],
    statusCommand: ["bun", "migrate.ts", "status"],
  },
};
const before = "SELECT count(*), sum(cells) FROM segmentations WHERE title LIKE 'cell %'";

let stack: Stack;
let writer: Writer;

beforeAll(async () => {
  stack = await openStack({
    database,
    watch: { duration: "300ms", interval: "100ms" },
    drain: { timeout: "300ms" },
  });
  const { blue, green } = stack.prepared.envFiles;
  for (const file of [blue, green]) setVariables(file, { MODEL_LOAD_SECONDS: "0" });
  const source = ownSource(stack);
  const first = await stack.deploy(["--release", "old"]);
  expect([first.exitCode, first.stderr]).toEqual([0, first.stderr]);
  await sql(
    stack,
    "INSERT INTO segmentations (title, cells) SELECT 'cell ' || i, i FROM generate_series(1, 100) i",
  );
  addMigration(
    source,
    "003_tidy",
    "DELETE FROM segmentations WHERE title LIKE 'cell %' AND id % 2 = 0;\nUPDATE segmentations SET cells = 0 WHERE title LIKE 'cell %';\n",
  );
  writer = startWriter(stack.frontDoor);
}, 180_000);

afterAll(async () => {
  await writer?.[Symbol.asyncDispose]();
  await stack?.[Symbol.asyncDispose]();
}, 60_000);

test("a migration that damages data is undone by the backup that the deployment's record names, under writes", async () => {
  const deployed = documentOf(await stack.deploy(["--release", "new", "--json"]));
  const { backup } = deployed.result as { backup: string };
  expect(deployed.exitCode).toBe(0);
  expect(await sql(stack, before)).toBe("50|0");
  await writer.untilMore(20);

  const run = await startScript("restore-db", [
    ...["--config", stack.configFile, "restore", backup, "--database", "cell_hub"],
    ...["--in-place", "--confirm=cell_hub", "--json"],
  ]).ended;
  expect([run.exitCode, run.stderr]).toEqual([0, run.stderr]);
  const { placed } = documentOf(run).result as { placed: { kept: string; pauseMs: number }[] };
  const [{ kept, pauseMs } = { kept: "", pauseMs: 0 }] = placed;

  await writer.untilMore(20);
  const { confirmed, refused, longestGapMs } = await writer.stop();
  const figures = `the swap took ${Math.round(pauseMs)} ms; ${confirmed.length} writes confirmed, ${refused} refused, ${Math.round(longestGapMs)} ms at most between two`;
  // biome-ignore lint/suspicious/noConsole: figures that a person wants to see
  console.log(figures);
  expect(pauseMs).toBeGreaterThan(0);
  expect(await sql(stack, before)).toBe("100|5050");
  expect((await servingOf(stack)).release).toBe("new");
  const titles = "SELECT title FROM segmentations WHERE title LIKE 'written %'";
  const there = new Set([
    ...(await sql(stack, titles)).split("\n"),
    ...(await sql(stack, titles, kept)).split("\n"),
  ]);
  expect(confirmed.filter((title) => !there.has(title))).toEqual([]);
}, 180_000);

test("what was written after the backup is in the database that was kept, and one command brings it back", async () => {
  const args = ["--config", stack.configFile, "swap-back", "--confirm=cell_hub", "--json"];
  const run = await startScript("restore-db", args).ended;
  expect([run.exitCode, run.stderr]).toEqual([0, run.stderr]);
  expect(await sql(stack, before)).toBe("50|0");
}, 60_000);
