import { expect, test } from "bun:test";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  changesInside,
  childrenInside,
  mountsInside,
  seenInside,
} from "../../../../sdk/systems/host/index.ts";

/** This process, as one of the group that it stands in. */
const [, , group = ""] = readFileSync("/proc/self/cgroup", "utf8").split("\n")[0]?.split(":") ?? [];
const own = { pid: process.pid, id: group };

test("what a process has started is told with its title and age, and what that has started, too", async () => {
  const before = Date.now();
  const child = Bun.spawn(["sh", "-c", "sleep 600 & echo started; wait"], { stdout: "pipe", detached: true });
  try {
    await child.stdout.getReader().read();
    const told = childrenInside(own) ?? [];
    expect(told.map(({ title }) => title)).toContain("sh -c sleep 600 & echo started; wait");
    const { age = -1 } = told.find(({ title }) => title === "sleep 600") ?? {};
    // The kernel's time since its start is told in whole seconds.
    expect(age).toBeGreaterThanOrEqual(-1);
    expect(age).toBeLessThanOrEqual((Date.now() - before) / 1_000 + 1);
  } finally {
    process.kill(-child.pid, "SIGKILL");
    await child.exited;
  }
});

test.each([
  { ...own, pid: 0 },
  { ...own, id: "" },
  { ...own, id: "5f".repeat(32) },
  { ...own, pid: 2 ** 30 },
])("a process that is not that container's on this host tells nothing: %j", (elsewhere) => {
  expect(childrenInside(elsewhere)).toBeUndefined();
  expect(changesInside(elsewhere, ["/etc/hostname"])).toBeUndefined();
  expect(seenInside(elsewhere, "/etc/hostname")).toBeUndefined();
  expect(mountsInside(elsewhere)).toBeUndefined();
});

test("links are followed as the process itself would follow them", () => {
  const folder = mkdtempSync(join(tmpdir(), "switchover-inside-"));
  try {
    const file = join(folder, "available", "site.conf");
    mkdirSync(join(folder, "available"));
    mkdirSync(join(folder, "enabled"));
    writeFileSync(file, "");
    utimesSync(file, 1_000, 2_000.5);
    symlinkSync("../available/./site.conf", join(folder, "enabled", "relative"));
    symlinkSync(file, join(folder, "enabled", "absolute"));
    symlinkSync(join(folder, "enabled"), join(folder, "linked"));
    symlinkSync("/../../../..", join(folder, "above"));
    symlinkSync("round", join(folder, "round"));
    const seen = (...names: string[]) =>
      changesInside(
        own,
        names.map((name) => join(folder, name)),
      );
    expect(seen("available/site.conf", "enabled/relative", "linked/absolute", `above/${file}`)).toEqual(
      Array.from({ length: 4 }, () => 2_000_500),
    );
    const enabled = seenInside(own, join(folder, "linked"));
    expect(enabled?.ino).toBe(statSync(join(folder, "enabled")).ino);
    expect(mountsInside(own)).toBe(readFileSync("/proc/self/mountinfo", "utf8"));
    expect(seen("available/site.conf", "round")).toBeUndefined();
    expect(seen("available/site.conf", "nothing")).toBeUndefined();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
