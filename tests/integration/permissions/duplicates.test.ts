import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { succeed } from "../../../sdk/core/process/index.ts";
import { permissionsProject } from "../../support/permissions-project.ts";
import { untilPasses } from "../../support/until.ts";

const uploads = { uploads: { blue: "uploads/blue", green: "uploads/green" } };

/** Compose files that mount this folder of the project, as the first system that this replaces did. */
function mounting(folder: string): string {
  return `services:\n  edge:\n    image: none\n    volumes:\n      - ./${folder}:/app/uploads\n`;
}

test("a copy of a folder in itself is moved up entry by entry, nothing is overwritten, nothing removed", async () => {
  using project = permissionsProject({ others: uploads });
  writeFileSync(project.path("compose.yml"), mounting("uploads/blue"));
  const [alone, deep] = [
    project.file("uploads/blue/blue/alone.png"),
    project.file("uploads/blue/blue/images/deep.png"),
  ];
  project.file("uploads/blue/images/other.png");
  const [kept, differs] = [project.file("uploads/blue/a.png"), project.file("uploads/blue/blue/a.png")];
  for (const folder of ["uploads/blue", "uploads/blue/blue"])
    writeFileSync(project.path(folder, "same.png"), "same");

  const plan = await project.fix("--dry-run");
  expect(existsSync(alone)).toBe(true);
  const done = await project.fix();
  expect(plan.duplicates).toEqual(done.duplicates);
  expect(done.duplicates.moved.paths.toSorted()).toEqual([
    "uploads/blue/blue/alone.png",
    "uploads/blue/blue/images/deep.png",
  ]);
  expect(done.duplicates.different.paths).toEqual(["uploads/blue/blue/a.png"]);
  expect(done.duplicates.same.paths).toEqual(["uploads/blue/blue/same.png"]);
  expect(readFileSync(project.path("uploads/blue/alone.png"), "utf8")).toBe("uploads/blue/blue/alone.png");
  expect(readFileSync(project.path("uploads/blue/images/deep.png"), "utf8")).toBe(
    "uploads/blue/blue/images/deep.png",
  );
  expect(readFileSync(kept, "utf8")).toBe("uploads/blue/a.png");
  expect(readFileSync(differs, "utf8")).toBe("uploads/blue/blue/a.png");

  const [run = ""] = project.runs();
  expect((await project.run("--undo", run)).exitCode).toBe(0);
  expect(readFileSync(alone, "utf8")).toBe("uploads/blue/blue/alone.png");
  expect(existsSync(deep)).toBe(true);
});

test("a folder that a Compose file mounts is live, whatever it is called, and never touched", async () => {
  using project = permissionsProject({ others: uploads });
  writeFileSync(project.path("compose.yml"), mounting("uploads/blue/blue"));
  const live = project.file("uploads/blue/blue/images/live.png");
  const found = await project.fix();
  expect(found.duplicates.live).toEqual(["uploads/blue/blue"]);
  expect(found.duplicates.moved.count).toBe(0);
  expect(existsSync(live)).toBe(true);
});

const service = (lines: string) => `services:\n  edge:\n    image: none\n${lines}`;

test.each([
  ["a service of a profile mounts it", () => `${mounting("uploads/blue/blue")}    profiles: [jobs]\n`],
  [
    "a volume stands for it",
    (folder: string) =>
      `${service("    volumes: ['kept:/app']\n")}volumes:\n  kept:\n    driver: local\n    driver_opts: {type: none, o: bind, device: ${folder}}\n`,
  ],
])("it is live where %s", async (_, compose) => {
  using project = permissionsProject({ others: uploads });
  writeFileSync(project.path("compose.yml"), compose(project.path("uploads/blue/blue")));
  const live = project.file("uploads/blue/blue/live.png");
  const found = await project.fix();
  expect(found.duplicates.live).toEqual(["uploads/blue/blue"]);
  expect(existsSync(live)).toBe(true);
});

test("it is live where a Compose file speaks of it that the configuration does not name", async () => {
  using project = permissionsProject({ others: uploads });
  writeFileSync(project.path("docker-compose.by-hand.yml"), mounting("uploads/blue/blue"));
  const live = project.file("uploads/blue/blue/live.png");
  expect((await project.fix()).duplicates.live).toEqual(["uploads/blue/blue"]);
  expect(existsSync(live)).toBe(true);
});

test("it is live where Compose mounts it by another path of this host", async () => {
  using project = permissionsProject({ others: uploads });
  writeFileSync(project.path("compose.yml"), mounting("elsewhere"));
  const live = project.file("uploads/blue/blue/live.png");
  mkdirSync(project.path("elsewhere"));
  const deadlineMs = 20_000;
  const [inner, alias] = [project.path("uploads/blue/blue"), project.path("elsewhere")];
  await succeed(["mount", "--bind", inner, alias], { deadlineMs });
  try {
    expect((await project.fix()).duplicates.live).toEqual(["uploads/blue/blue"]);
    expect(existsSync(live)).toBe(true);
  } finally {
    await succeed(["umount", alias], { deadlineMs });
  }
});

test("a volume that Docker has already counts, though no Compose file speaks of it any more", async () => {
  using project = permissionsProject({ others: uploads });
  const live = project.file("uploads/blue/blue/live.png");
  const deadlineMs = 30_000;
  const name = `switchover-permissions-${process.pid}`;
  const asBind = [
    "--opt",
    "type=none",
    "--opt",
    "o=bind",
    "--opt",
    `device=${project.path("uploads/blue/blue")}`,
  ];
  await succeed(["docker", "volume", "create", ...asBind, name], { deadlineMs });
  try {
    expect((await project.fix()).duplicates.live).toEqual(["uploads/blue/blue"]);
    expect(existsSync(live)).toBe(true);
  } finally {
    await succeed(["docker", "volume", "rm", name], { deadlineMs });
  }
});

test("the other environment's own uploads are no copy", async () => {
  using project = permissionsProject({ others: { uploads: { blue: "uploads", green: "uploads/uploads" } } });
  const green = project.file("uploads/uploads/a.png");
  const found = await project.fix();
  expect(found.duplicates.moved.count).toBe(0);
  expect(existsSync(green)).toBe(true);
});

test("where Compose cannot say what is mounted, a copy is left, with a warning", async () => {
  using project = permissionsProject({ others: uploads });
  writeFileSync(project.path("compose.yml"), "services: [");
  const copy = project.file("uploads/blue/blue/a.png");
  const found = await project.fix();
  expect(found.warnings.join("\n")).toContain("nobody can tell what containers mount");
  expect(existsSync(copy)).toBe(true);
});

test("two huge files of one name are compared piece by piece, and Ctrl-C is heard meanwhile", async () => {
  using project = permissionsProject({ others: uploads });
  for (const folder of ["uploads/blue", "uploads/blue/blue"]) {
    // Holes: they take no room on the disk, and hours to be read.
    const path = project.file(folder, "huge.bin");
    writeFileSync(path, "");
    truncateSync(path, 2 ** 42);
  }
  const started = project.start();
  // It is at work once it holds the lock; then it is either asking Compose or comparing, and must hear in both.
  await untilPasses(() => expect(existsSync(project.path(".switchover/lock"))).toBe(true), 60_000);
  await Bun.sleep(2_000);
  started.child.kill("SIGINT");
  const ended = await started.ended;
  expect(ended.exitCode).toBe(130);
});
