import { afterEach, expect, test } from "bun:test";
import { exitCodes, Failure } from "../../../../sdk/core/errors/index.ts";
import { deploy } from "../../../../sdk/jobs/deploy/deploy.ts";
import type { PermissionsPut } from "../../../../sdk/jobs/deploy/desk.ts";
import { type FakeDesk, openFakeDesk } from "../fake-desk.ts";
import { running } from "../fake-platform.ts";

let desk: FakeDesk;
afterEach(() => desk[Symbol.dispose]());

function deployWith(put: () => Promise<PermissionsPut>) {
  desk = openFakeDesk({ world: { blue: running("1") } });
  return deploy({ ...desk, permissions: { put } }, "2");
}

test.each<[string, PermissionsPut]>([
  ["done", { detail: "12 looked at, 3 changed" }],
  ["skipped", { nothing: "nothing that the policy names is there", configured: true }],
  ["not configured", { nothing: "the configuration has no section permissions", configured: false }],
])("owners and modes are told as %s, before the backup", async (outcome, put) => {
  await deployWith(async () => put);
  const told = desk.said.filter((line) => /^\S+( \S+)? (permissions|backup)$/.test(line));
  expect(told.slice(0, 3)).toEqual(["begin permissions", `${outcome} permissions`, "begin backup"]);
});

test("owners and modes that cannot be put right end a deployment before anything has changed", async () => {
  const failure = new Failure("PERMISSIONS_INCOMPLETE", {
    message: "3 files or folders may not be changed by this user",
    remedy: "run: sudo ./scripts/fix-permissions.ts\nthen deploy again",
    exitCode: exitCodes.personNeeded,
  });
  const thrown = await deployWith(async () => Promise.reject(failure)).catch((error: unknown) => error);
  expect(thrown).toMatchObject({ code: "PERMISSIONS_INCOMPLETE", exitCode: 4 });
  expect(desk.platform.changes).toEqual([]);
  expect(desk.platform.world.active).toBe("blue");
});
