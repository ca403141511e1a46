import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { succeed } from "../../../../sdk/core/process/index.ts";
import { isDeleted, mountOf } from "../../../../sdk/platforms/docker-host/marker-mount.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "switchover-mounts-")));
beforeAll(() => {
  mkdirSync(join(root, "edge", "switch"), { recursive: true });
  symlinkSync("edge", join(root, "current"));
});
afterAll(() => rmSync(root, { recursive: true }));

const mount = (source: string, target: string) => ({ source: join(root, source), target });

test.each([
  ["itself", "edge/switch", [mount("edge/switch", "/switch")], "/switch"],
  ["with a folder above it", "edge/switch", [mount("edge", "/etc/edge")], "/etc/edge/switch"],
  ["nearest", "edge/switch", [mount("edge", "/etc/edge"), mount("edge/switch", "/s")], "/s"],
  ["by a link", "current/switch", [mount("edge/switch", "/switch")], "/switch"],
  [
    "not, beside it",
    "edge/switch",
    [mount("edge/switching", "/switch"), mount("edge/..switch", "/s")],
    undefined,
  ],
])("the marker's folder is seen where it is mounted %s", (_, folder, mounts, inside) => {
  expect(mountOf(join(root, folder), mounts)?.inside).toBe(inside);
});

test("the kernel tells of a mount whose folder was removed, whatever is in its name", async () => {
  const own = readFileSync("/proc/self/mountinfo", "utf8");
  expect(isDeleted("/proc", own)).toBe(false);
  const script = `mkdir "$1/a b" "$1/seen here" && mount --bind "$1/a b" "$1/seen here" &&
    rmdir "$1/a b" && mkdir "$1/a b" && cat /proc/self/mountinfo`;
  const told = await succeed(["unshare", "--mount", "sh", "-c", script, "sh", root], { deadlineMs: 10_000 });
  expect(isDeleted(join(root, "seen here"), told)).toBe(true);
  expect(isDeleted(join(root, "seen"), told)).toBe(false);
});
