import { expect, test } from "bun:test";
import { chmodSync, chownSync, statSync, symlinkSync } from "node:fs";
import { ownerAndMode } from "../../support/owner-and-mode.ts";
import { application, permissionsProject } from "../../support/permissions-project.ts";

test("what differs is changed by rule, and what is right does not even get a new ctime", async () => {
  using project = permissionsProject();
  const wrong = project.file("uploads/images/wrong.png");
  const right = project.file("uploads/images/right.png");
  chownSync(right, application, application);
  chmodSync(right, 0o644);
  chmodSync(wrong, 0o600);
  const before = statSync(right, { bigint: true }).ctimeNs;

  const first = await project.fix();
  expect(first.rules.find(({ rule }) => rule === "uploads")).toMatchObject({
    changed: 3,
    owners: 3,
    modes: 1,
  });
  expect(ownerAndMode(wrong)).toBe(`${application}:${application} 644`);
  expect(ownerAndMode(project.path("uploads/images"))).toBe(`${application}:${application} 755`);
  expect(statSync(right, { bigint: true }).ctimeNs).toBe(before);

  const changed = statSync(wrong, { bigint: true }).ctimeNs;
  const second = await project.fix();
  expect(second.rules.every((rule) => rule.changed === 0)).toBe(true);
  expect(second.run).toBeNull();
  expect(statSync(wrong, { bigint: true }).ctimeNs).toBe(changed);
});

test("a dry run prints the plan that a run carries out, and changes nothing", async () => {
  using project = permissionsProject();
  const file = project.file("uploads/a.png");
  project.file(".env.blue");
  const before = ownerAndMode(file);
  const plan = await project.fix("--dry-run");
  expect(ownerAndMode(file)).toBe(before);
  const done = await project.fix();
  expect(plan.rules.filter(({ rule }) => rule !== "state" && rule !== "logs")).toEqual(
    done.rules.filter(({ rule }) => rule !== "state" && rule !== "logs"),
  );
  expect(done.rules.find(({ rule }) => rule === "env files")?.paths).toEqual([".env.blue"]);
  expect(ownerAndMode(project.path(".env.blue"))).toEndWith(" 600");
});

test("a run is put back by --undo, and a second --undo changes nothing", async () => {
  using project = permissionsProject();
  const file = project.file("uploads/a.png");
  chmodSync(file, 0o640);
  const before = ownerAndMode(file);
  await project.fix();
  expect(ownerAndMode(file)).not.toBe(before);
  const [run = ""] = project.runs();
  const undone = await project.run("--undo", run);
  expect(undone.exitCode).toBe(0);
  expect(ownerAndMode(file)).toBe(before);
  const ctime = statSync(file, { bigint: true }).ctimeNs;
  const again = await project.run("--undo", run);
  expect(again.stdout).toContain("0 of ");
  expect(statSync(file, { bigint: true }).ctimeNs).toBe(ctime);
});

test("a link is passed over, and what it leads to stays as it is", async () => {
  using project = permissionsProject();
  const outside = project.file("outside/secret");
  const before = ownerAndMode(outside);
  symlinkSync(outside, project.path("uploads/file"));
  symlinkSync(project.path("outside"), project.path("uploads/folder"));
  const found = await project.fix();
  expect(found.links).toBe(2);
  expect(ownerAndMode(outside)).toBe(before);
  expect(ownerAndMode(project.path("outside"))).toBe("0:0 755");
});
