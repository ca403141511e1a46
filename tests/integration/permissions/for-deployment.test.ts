import { expect, test } from "bun:test";
import { chownSync } from "node:fs";
import { succeed } from "../../../sdk/core/process/index.ts";
import { ownerAndMode } from "../../support/owner-and-mode.ts";
import {
  application,
  type PermissionsProject,
  permissionsProject,
} from "../../support/permissions-project.ts";

const fixture = `${import.meta.dir}/fixtures/put-right.ts`;
const asNobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

async function put(project: PermissionsProject, through: readonly string[] = []): Promise<unknown> {
  const argv = [
    ...through,
    process.execPath,
    "--no-env-file",
    fixture,
    project.path("config/deployment.config.ts"),
  ];
  return JSON.parse(await succeed(argv, { deadlineMs: 60_000 }));
}

test("a deployment tells how many were looked at and changed, and what was left", async () => {
  using project = permissionsProject({
    permissions: { rules: [{ name: "gone", paths: ["gone"], owner: 1 }] },
  });
  const file = project.file("uploads/a");
  await succeed(["mkfifo", project.path("uploads/pipe")], { deadlineMs: 20_000 });
  expect(await put(project)).toEqual({
    put: { detail: expect.stringMatching(/^\d+ looked at, 2 changed, 1 left as they are/) },
    warned: ["gone: gone is not there"],
  });
  expect(ownerAndMode(file)).toBe(`${application}:${application} 644`);
});

test("without root, what is right is no failure, and what differs needs a person", async () => {
  using project = permissionsProject();
  await succeed(["chmod", "755", project.root], { deadlineMs: 20_000 });
  for (const path of [project.path("uploads"), project.file("uploads/a")])
    chownSync(path, application, application);
  expect(await put(project, asNobody)).toMatchObject({
    put: { detail: expect.stringContaining("0 changed") },
  });
  chownSync(project.path("uploads/a"), 7, 7);
  expect(await put(project, asNobody)).toMatchObject({
    put: {
      code: "PERMISSIONS_INCOMPLETE",
      exitCode: 4,
      remedy: expect.stringMatching(/^run: sudo .*fix-permissions.ts --config .*\nthen deploy again$/),
    },
  });
});

test("without the section it is not configured", async () => {
  using project = permissionsProject({ others: { permissions: undefined } });
  expect(await put(project)).toMatchObject({ put: { configured: false } });
});
