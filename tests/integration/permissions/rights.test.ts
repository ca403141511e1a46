import { expect, test } from "bun:test";
import { chmodSync, chownSync, existsSync, mkdirSync } from "node:fs";
import type { Fixed } from "../../../sdk/jobs/permissions/index.ts";
import { documentOf, errorOf } from "../../support/document.ts";
import { ownerAndMode } from "../../support/owner-and-mode.ts";
import { application, type ProjectParts, permissionsProject } from "../../support/permissions-project.ts";

const operator = 41_500;
const asOperator = ["setpriv", `--reuid=${operator}`, `--regid=${operator}`, "--clear-groups"];

/** A project that an ordinary user has checked out. */
function operatorsProject(parts: ProjectParts = {}) {
  const project = permissionsProject(parts);
  chmodSync(project.root, 0o755);
  for (const path of ["", "config", "uploads", "compose.yml", "config/deployment.config.ts"])
    chownSync(project.path(path), operator, operator);
  return project;
}

test("without root it changes what it may, lists exactly what it may not with the line to run, and exits 5", async () => {
  using project = operatorsProject();
  const own = project.file("uploads/own");
  const foreign = project.file("uploads/foreign");
  chownSync(own, operator, operator);
  chmodSync(own, 0o600);
  chmodSync(foreign, 0o600);
  const env = project.file(".env.blue");
  chownSync(env, operator, operator);

  const ended = await project.through(asOperator, "--json").ended;
  expect(ended.exitCode).toBe(5);
  const { code, remedy } = errorOf(ended);
  expect(code).toBe("PERMISSIONS_INCOMPLETE");
  expect(remedy).toMatch(/^run: sudo .*fix-permissions/);
  const { denied } = documentOf(ended).result as Fixed;
  expect(denied.count).toBe(3);
  expect(denied.paths.toSorted()).toEqual(["uploads", "uploads/foreign", "uploads/own"]);
  expect(ownerAndMode(own)).toBe(`${operator}:${operator} 644`);
  expect(ownerAndMode(env)).toBe(`${operator}:${operator} 600`);
  expect(ownerAndMode(foreign)).toBe("0:0 600");
});

test("the line to run holds paths as a shell takes them", async () => {
  using around = permissionsProject();
  using project = operatorsProject({ root: around.path("it's; here") });
  chmodSync(around.root, 0o755);
  const ended = await project.through(asOperator, "--json").ended;
  expect(ended.exitCode).toBe(5);
  const { remedy } = errorOf(ended);
  const line = remedy.replace(/^run: sudo /, "");
  const words = Bun.spawnSync(["sh", "-c", `printf '%s\n' ${line}`])
    .stdout.toString()
    .split("\n");
  expect(words).toContain(project.path("config/deployment.config.ts"));
});

test("a folder outside of the project that is closed to it is listed like every other", async () => {
  using outside = permissionsProject();
  chmodSync(outside.root, 0o755);
  mkdirSync(outside.path("weights"), { mode: 0o700 });
  using project = operatorsProject({ others: { weights: { directory: outside.path("weights") } } });
  chownSync(project.path("uploads"), application, application);
  const ended = await project.through(asOperator, "--json").ended;
  expect(ended.exitCode).toBe(5);
  expect((documentOf(ended).result as Fixed).denied.paths).toContain(outside.path("weights"));
});

test("nothing that is right needs root", async () => {
  using project = operatorsProject();
  const file = project.file("uploads/right");
  for (const path of ["uploads", "uploads/right"]) chownSync(project.path(path), application, application);
  const ended = await project.through(asOperator, "--json").ended;
  expect(ended.exitCode).toBe(0);
  expect(ownerAndMode(file)).toBe(`${application}:${application} 644`);
});

test("what root has made of logs, backups and the state goes to whoever owns the project", async () => {
  using project = operatorsProject();
  project.file("backups/20261126/manifest.json");
  mkdirSync(project.path("logs"), { recursive: true });
  project.file("logs/deployment/old.log");
  await project.fix();
  await project.fix();
  for (const path of ["backups/20261126/manifest.json", "logs/deployment/old.log", ".switchover/lock"])
    expect(ownerAndMode(project.path(path))).toBe(`${operator}:${operator} 600`);
  expect(existsSync(project.path(".switchover/permissions"))).toBe(true);
  const [run = ""] = project.runs();
  expect(ownerAndMode(project.path(".switchover/permissions", run, "changes"))).toStartWith(
    `${operator}:${operator}`,
  );
  const lookedAt = await project.through(asOperator, "--undo", run, "--dry-run").ended;
  expect(lookedAt.exitCode).toBe(0);
});
