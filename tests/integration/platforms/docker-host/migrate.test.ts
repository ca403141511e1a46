import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endLeftMigrations, migrate } from "../../../../sdk/platforms/docker-host/migrate.ts";
import { migrationLabels, type Site } from "../../../../sdk/platforms/docker-host/site.ts";
import type { Work } from "../../../../sdk/platforms/index.ts";
import { containersLabelled, docker } from "../../../../sdk/systems/docker/index.ts";
import { siteIn } from "../../../unit/platforms/docker-host/fake-site.ts";
import { goesOn, openProject, type Project } from "../../systems/docker/containers.ts";

const options = { deadlineMs: 20_000 };

let project: Project;
let root: string;
let said: string[];
beforeEach(() => {
  project = openProject();
  root = mkdtempSync(join(tmpdir(), "switchover-migrate-"));
  said = [];
});
afterEach(async () => {
  await endLeftMigrations(site(""), work());
  await project[Symbol.asyncDispose]();
  rmSync(root, { recursive: true });
});

const work = (deadlineMs = 20_000): Work => ({
  signal: new AbortController().signal,
  deadlineMs,
  note: (text) => void said.push(text),
  tool: (line) => void said.push(line),
});

/** The site whose blue environment is the project of this test, and whose migration is this script. */
function site(script: string, at = root): Site {
  const compose = (name: string) => ({ project: name, files: ["compose.yml"], envFiles: [] });
  return siteIn(at, {
    project: project.name,
    platform: {
      kind: "docker-host",
      environments: { blue: compose(project.name), green: compose(`${project.name}-green`) },
      shared: { ...compose(`${project.name}-shared`), services: ["edge"] },
      proxy: { service: "edge", frontDoor: "http://127.0.0.1:8080", markerDirectory: "edge/switch" },
    },
    services: [{ name: "web", frontDoorPath: "/health", ports: { blue: 4000, green: 5000 } }],
    database: {
      mode: "shared",
      migrations: { service: "web", command: ["bun", "-e", script] },
    },
  });
}

const left = (at: Site) => containersLabelled(migrationLabels(at), options);

test("a migration reaches what its service reaches, on every one of its networks", async () => {
  const networks = [`${project.name}-one`, `${project.name}-two`];
  for (const network of networks) await docker(["network", "create", network], options);
  try {
    const [one = "", two = ""] = networks;
    const { id } = await project.start("web", ["--network", one], goesOn);
    await docker(["network", "connect", two, id], options);
    const script = `
      const all = Object.values(require("node:os").networkInterfaces()).flat();
      console.log("networks: " + all.filter((one) => !one.internal && one.family === "IPv4").length);`;
    await migrate(site(script), "blue", work());
    expect(said).toEqual(["networks: 2"]);
    expect(await left(site(""))).toEqual([]);
  } finally {
    await project[Symbol.asyncDispose]();
    await docker(["network", "rm", ...networks], options);
  }
}, 60_000);

test("variables that would steer docker reach the migration all the same, and leave no file", async () => {
  const flags = ["DOCKER_HOST=tcp://127.0.0.1:1", "LD_PRELOAD=", "TOKEN=a b=c"].flatMap((one) => [
    "--env",
    one,
  ]);
  await project.start("web", flags, goesOn);
  const script =
    "console.log(JSON.stringify([process.env.DOCKER_HOST, process.env.LD_PRELOAD, process.env.TOKEN]))";
  const here = site(script);
  await migrate(here, "blue", work());
  expect(said).toEqual([JSON.stringify(["tcp://127.0.0.1:1", "", "a b=c"])]);
  expect(existsSync(here.configuration.state("compose", "migration.env"))).toBe(false);
}, 60_000);

test("a migration that fails says how, and leaves nothing", async () => {
  await project.start("web", [], goesOn);
  // The last words are those of a lost database, and could be those of docker that has lost its daemon.
  const failing = site('console.error("no such column\\nerror: EOF"); process.exit(7)');
  const thrown = await migrate(failing, "blue", work()).catch((error: unknown) => error);
  expect(thrown).toMatchObject({ code: "MIGRATION_FAILED", why: "no such column\nerror: EOF" });
  expect(said).toEqual(["no such column", "error: EOF"]);
  expect(String(thrown)).toContain("exit code 7");
  expect(await left(failing)).toEqual([]);
}, 60_000);

test("one that does not end is ended at its deadline", async () => {
  await project.start("web", [], goesOn);
  const thrown = await migrate(site(goesOn), "blue", work(2_000)).catch((error: unknown) => error);
  expect(thrown).toMatchObject({ code: "DEADLINE_EXCEEDED" });
  expect(await left(site(""))).toEqual([]);
}, 60_000);

test("a project of the same name elsewhere on this host does not end it", async () => {
  await project.start("web", [], goesOn);
  const other = site("", join(root, "elsewhere"));
  const running = migrate(site(goesOn), "blue", work(5_000)).catch((error: unknown) => error);
  while ((await left(site(""))).length === 0) await Bun.sleep(50);
  await endLeftMigrations(other, work());
  expect(await left(site(""))).toHaveLength(1);
  expect(await running).toMatchObject({ code: "DEADLINE_EXCEEDED" });
}, 60_000);
