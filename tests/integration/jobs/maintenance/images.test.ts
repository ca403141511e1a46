import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import example from "../../../../examples/cell-hub/deployment.config.ts";
import { parseConfiguration } from "../../../../sdk/core/config/index.ts";
import type { Kept } from "../../../../sdk/jobs/maintenance/index.ts";
import { assets } from "../../../../sdk/jobs/maintenance/tasks/assets.ts";
import { images } from "../../../../sdk/jobs/maintenance/tasks/images.ts";
import { daemon, docker, filesOfImage, findImage } from "../../../../sdk/systems/docker/index.ts";
import { type DeskChange, maintenanceDesk } from "../../../support/maintenance-desk.ts";
import { buildScratchImage } from "../../../support/scratch-images.ts";

const quick = { deadlineMs: 60_000 };
/** Named after this process, so that what it leaves when it is killed can be told. */
const project = `swt-${process.pid.toString(36)}-prune`;
const root = mkdtempSync(join(tmpdir(), "switchover-prune-"));
const containers: string[] = [];
const madeNameless: string[] = [];

const compose = (name: string) => ({ ...example.platform.environments.blue, project: name });
const configuration = parseConfiguration(
  {
    ...example,
    project,
    root,
    database: { mode: "none" },
    platform: {
      ...example.platform,
      environments: { blue: compose(`${project}-blue`), green: compose(`${project}-green`) },
      shared: { ...example.platform.shared, project: `${project}-shared` },
    },
    services: [
      {
        name: "Web",
        ports: { blue: 1, green: 2 },
        frontDoorPath: "/",
        assets: { path: "/dist", publishTo: "assets" },
      },
    ],
  },
  join(root, "config/deployment.config.ts"),
);

async function image(
  name: string | undefined,
  files: Record<string, string>,
  more: { base?: string; labels?: Record<string, string>; volumes?: string[] } = {},
) {
  const id = await buildScratchImage({ ...(name === undefined ? {} : { name }), files, ...more });
  if (name === undefined) madeNameless.push(id);
  return id;
}

const container = async (of: string) =>
  void containers.push((await docker(["create", of, "nothing"], quick)).trim());
const isHere = async (name: string) => (await findImage(name, quick)) !== undefined;
const web = (tag: string) => `${project}/web:${tag}`;

let current: string;
let pinnedOnly: string;
let nameless: { left: string; used: string };
beforeAll(async () => {
  current = await image(web("r3"), { "/dist/r3.js": "3", "/dist/deep/ü.css": "both" });
  await image(web("r1"), { "/dist/r1.js": "1" });
  await image(web("base"), { "/dist/base.js": "base" });
  await image(web("r2"), { "/dist/r2.js": "2" }, { base: web("base") });
  await image(web("running"), { "/running": "1" });
  await container(web("running"));
  pinnedOnly = await image(web("retagged"), { "/dist/pinned.js": "p" });
  await image(`${project}/other:r1`, { "/other": "1" });
  await image(`${project}-b/web:r1`, { "/b": "1" });
  const labels = { "com.docker.compose.project": `${project}-blue` };
  nameless = {
    left: await image(undefined, { "/left": "1" }, { labels }),
    used: await image(undefined, { "/used": "1" }, { labels }),
  };
  await container(nameless.used);
}, 240_000);

afterAll(async () => {
  if (containers.length > 0) await docker(["rm", ...containers], quick);
  const ours = ["--filter", `reference=${project}*/*`, "--format", "{{.Repository}}:{{.Tag}}"];
  const named = (await docker(["image", "ls", ...ours], quick)).split("\n").filter(Boolean);
  await docker(["image", "rm", "--force", ...named, ...madeNameless], quick);
  rmSync(root, { recursive: true });
}, 60_000);

const release = (id: string, of: string) => ({
  id,
  createdAt: "2026-11-26T00:00:00.000Z",
  images: { Web: of },
});
const kept = (): Kept => ({
  releases: ["r3", "r2", "p"],
  pinned: [release("r3", current), release("p", pinnedOnly)],
  inService: ["r3"],
  unfinished: undefined,
});

test("where nothing tells what is needed, no image goes", async () => {
  const unknown = maintenanceDesk(configuration, {
    kept: { ...kept(), inService: [], releases: [], pinned: [] },
  });
  expect(await images.run(unknown)).toMatchObject({
    outcome: "skipped",
    summary: expect.stringContaining("no deployment is recorded"),
  });
  const cut = maintenanceDesk(configuration, { kept: { ...kept(), unfinished: "20261126-020000-001" } });
  expect(await images.run(cut)).toMatchObject({
    outcome: "skipped",
    summary: expect.stringContaining("was cut off"),
  });
  expect(await isHere(web("r1"))).toBe(true);
});

test("images of releases that nothing leads back to go, and none that anything needs", async () => {
  const unused = [web("r1"), web("base"), nameless.left];
  const dry = await images.run(maintenanceDesk(configuration, { kept: kept(), dryRun: true }));
  expect(Object(dry).details.unused.toSorted()).toEqual(unused.toSorted());
  expect(await isHere(web("r1"))).toBe(true);

  const end = await images.run(maintenanceDesk(configuration, { kept: kept() }));
  expect(Object(end).details.removed.toSorted()).toEqual(unused.toSorted());
  for (const name of unused) expect([name, await isHere(name)]).toEqual([name, false]);
  const needed = ["r2", "r3", "running", "retagged"].map(web);
  for (const name of [...needed, `${project}/other:r1`, `${project}-b/web:r1`, nameless.used, current]) {
    expect([name, await isHere(name)]).toEqual([name, true]);
  }
  // What was built on the base still can be run from.
  await container(web("r2"));
});

test("of the published files those of kept releases stay, and others once they are old", async () => {
  const folder = join(root, "assets");
  mkdirSync(join(folder, "deep"), { recursive: true });
  for (const name of ["r3.js", "r1.js", "pinned.js", "deep/ü.css", "deep/old.css"]) {
    writeFileSync(join(folder, name), name);
    // As it comes out of an image: made long ago, published now.
    utimesSync(join(folder, name), new Date("2020-01-01"), new Date("2020-01-01"));
  }
  const left = () =>
    readdirSync(folder, { recursive: true })
      .map(String)
      .filter((name) => name !== "deep")
      .sort();
  const inDays = (days: number, more: DeskChange = {}) =>
    assets.run(
      maintenanceDesk(configuration, {
        kept: kept(),
        now: new Date(Date.now() + days * 86_400_000),
        ...more,
      }),
    );
  expect(await inDays(29)).toMatchObject({ summary: "0 files over 30 days removed" });
  expect(await inDays(31, { dryRun: true })).toMatchObject({
    summary: "2 files over 30 days would be removed",
  });
  expect(left()).toHaveLength(5);
  expect(await inDays(31)).toMatchObject({ summary: "2 files over 30 days removed" });
  expect(left()).toEqual(["deep/ü.css", "pinned.js", "r3.js"]);

  const lost = { ...kept(), pinned: [...kept().pinned, release("r0", `sha256:${"0".repeat(64)}`)] };
  expect(await inDays(400, { kept: lost })).toMatchObject({
    outcome: "skipped",
    summary: expect.stringContaining("release r0 is not on this host"),
  });
  const { stdout } = Bun.spawnSync(["docker", "ps", "-aq", "--filter", "label=switchover.listing"]);
  expect(stdout.toString()).toBe("");
});

test("services that publish into one folder, or one below the other, keep each other's files", async () => {
  const folder = join(root, "together");
  mkdirSync(join(folder, "below"), { recursive: true });
  const published = ["web.js", "admin.js", "below/deep.js", "gone.js"];
  for (const name of published) writeFileSync(join(folder, name), name);
  const service = (name: string, publishTo: string) => ({
    name,
    ports: { blue: 1, green: 2 },
    frontDoorPath: "/",
    assets: { path: "/dist", publishTo },
  });
  const services = [
    service("Web", "together"),
    service("Admin", "./together/"),
    service("Deep", "together/below"),
  ];
  const images = {
    Web: await image(undefined, { "/dist/web.js": "w" }),
    Admin: await image(undefined, { "/dist/admin.js": "a" }),
    Deep: await image(undefined, { "/dist/deep.js": "d" }),
  };
  const one = { id: "r3", createdAt: "2026-11-26T00:00:00.000Z", images };
  const several = parseConfiguration(
    { ...example, project, root, services, database: { mode: "none" } },
    configuration.file,
  );
  const end = await assets.run(
    maintenanceDesk(several, {
      kept: { ...kept(), releases: ["r3"], pinned: [one] },
      now: new Date(Date.now() + 31 * 86_400_000),
    }),
  );
  expect(end).toMatchObject({ summary: "1 file over 30 days removed" });
  const left = readdirSync(folder, { recursive: true }).map(String);
  expect(left.sort()).toEqual(["admin.js", "below", "below/deep.js", "web.js"]);
}, 60_000);

test("an image that declares a volume leaves none behind when its files are listed", async () => {
  const marker = `marker-${crypto.randomUUID()}`;
  const id = await image(undefined, { [`/data/${marker}`]: "1", "/dist/a.js": "a" }, { volumes: ["/data"] });
  expect(await filesOfImage(id, "/dist", quick)).toEqual(["a.js"]);
  const { rootDirectory } = await daemon(quick);
  const look = ["run", "--rm", "--volume", `${rootDirectory}/volumes:/v:ro`, "switchover/debian:bookworm"];
  expect(await docker([...look, "find", "/v", "-name", marker], quick)).toBe("");
}, 60_000);
