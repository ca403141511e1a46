import { expect, test } from "bun:test";
import { chmodSync, chownSync, existsSync, linkSync, utimesSync } from "node:fs";
import { errorOf } from "../../support/document.ts";
import {
  application,
  type PermissionsProject,
  permissionsProject,
} from "../../support/permissions-project.ts";

const longAgo = new Date("2020-01-01T00:00:00Z");
const inTheFuture = new Date("2090-01-01T00:00:00Z");
const withTemporary = (directory: string, olderThan = "7d") =>
  permissionsProject({ permissions: { temporary: [{ directory, olderThan }] } });

function oldFile(project: PermissionsProject, path: string, owner = application): string {
  const file = project.file(path);
  chownSync(file, owner, owner);
  utimesSync(file, longAgo, longAgo);
  return file;
}

test("old files of the application's are removed, and only they", async () => {
  using project = withTemporary("uploads/temp", "1s");
  const [old, deep] = [oldFile(project, "uploads/temp/old"), oldFile(project, "uploads/temp/deep/old")];
  const foreign = oldFile(project, "uploads/temp/foreign", 4_242);
  const linked = oldFile(project, "uploads/temp/linked");
  linkSync(linked, project.path("uploads/linked"));
  const young = project.file("uploads/temp/young");
  utimesSync(young, inTheFuture, inTheFuture);
  const database = oldFile(project, "uploads/temp/pg/PG_VERSION");
  const elsewhere = oldFile(project, "uploads/images/old");
  chmodSync(project.path("uploads/temp"), 0o755);
  await Bun.sleep(2_100);

  const plan = await project.fix("--dry-run");
  expect(plan.removed.paths.toSorted()).toEqual(["uploads/temp/deep/old", "uploads/temp/old"]);
  expect(existsSync(old)).toBe(true);
  const done = await project.fix();
  expect(done.removed.count).toBe(2);
  for (const path of [old, deep]) expect(existsSync(path)).toBe(false);
  for (const path of [foreign, linked, young, database, elsewhere]) expect(existsSync(path)).toBe(true);
});

test("what came there lately stays, though it was written long ago: unpacked, say, or copied with its times", async () => {
  using project = withTemporary("uploads/temp");
  const unpacked = oldFile(project, "uploads/temp/unpacked");
  const found = await project.fix();
  expect(found.removed.count).toBe(0);
  expect(existsSync(unpacked)).toBe(true);
});

test("nothing is removed from a folder that everybody may write to", async () => {
  const rule = { name: "open", paths: ["uploads/temp"], directories: "1777" };
  using project = permissionsProject({
    permissions: { rules: [rule], temporary: [{ directory: "uploads/temp", olderThan: "7d" }] },
  });
  const old = oldFile(project, "uploads/temp/old");
  chmodSync(project.path("uploads/temp"), 0o1777);
  const found = await project.fix();
  expect(found.warnings.join("\n")).toContain("everybody may write to uploads/temp");
  expect(existsSync(old)).toBe(true);
});

test.each(["/tmp", "uploads", ".switchover", "uploads/../sdk", "backups/old", "logs/deployment/old"])(
  "%s is refused as a folder of temporary files",
  async (directory) => {
    using project = withTemporary(directory);
    const refused = await project.run("--json");
    expect(refused.exitCode).toBe(2);
    expect(errorOf(refused).code).toBe("PERMISSIONS_POLICY");
  },
);
