import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { diskSpace, memory, processorLoad, uploadFolders } from "../../../checks/index.ts";
import { untilPasses } from "../../support/until.ts";
import { smallFileSystem } from "../core/small-file-system.ts";

test("a file system with room passes, by the folder above a path that is not there yet", async () => {
  const finding = await diskSpace({ path: "/no/such/folder", minimum: 1 });
  expect(finding).toMatchObject({ status: "pass" });
});

test("a full file system fails, and says how to see what fills it", async () => {
  using small = smallFileSystem(512);
  small.fill();
  const finding = await diskSpace({ path: small.path, minimum: "100kB", minimumInodes: 0 });
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain(`${small.path} has 0 B free`);
  expect(finding.remedy).toContain(`du -xh --max-depth=2 ${small.path}`);
});

test("a file system with room and no inodes left fails", async () => {
  using small = smallFileSystem(4096);
  // The file system's own folder and the twelve files take all that the limit allows.
  Bun.spawnSync(["mount", "-o", "remount,nr_inodes=13", small.path]);
  for (let file = 0; file < 12; file += 1) writeFileSync(join(small.path, `file-${file}`), "");
  const finding = await diskSpace({ path: small.path, minimum: 1, minimumInodes: 1 });
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain("has 0 inodes free, and 1 are needed");
});

test("one that the kernel lets nobody write to fails, with all the room there is, and so do uploads in it", async () => {
  using small = smallFileSystem(512);
  Bun.spawnSync(["mount", "-o", "remount,ro", small.path]);
  const finding = await diskSpace({ path: [small.path, "/"], minimum: 1, minimumInodes: 0 });
  expect(finding).toMatchObject({ status: "fail", summary: `${small.path} is mounted read-only` });
  expect(await uploadFolders({ path: small.path, uid: 0 })).toMatchObject({ status: "fail" });
});

test("two paths on one file system are looked at once", async () => {
  using small = smallFileSystem(512);
  mkdirSync(join(small.path, "a"));
  const { evidence } = await diskSpace({ path: [small.path, join(small.path, "a"), "/"], minimum: 1 });
  expect(evidence["fileSystems"]).toHaveLength(2);
});

test("memory passes when there is enough, warns when there is little, and fails when it is hopeless", async () => {
  const { status, evidence } = await memory({ minimum: "1MB" });
  expect(status).toBe("pass");
  const available = Number(evidence["available"]);
  expect((await memory({ minimum: Math.round(available * 2) })).status).toBe("warn");
  const hopeless = await memory({ minimum: "900TB" });
  expect(hopeless.status).toBe("fail");
  expect(hopeless.remedy).toContain("docker stats");
});

test("processors that are busy fail, or warn where they only make things slower; idle ones pass", async () => {
  expect(await processorLoad({ maximum: 100_000 })).toMatchObject({ status: "pass" });
  const busy = Array.from({ length: 3 }, () =>
    Bun.spawn(["nice", "-n", "19", "sh", "-c", "while :; do :; done"]),
  );
  try {
    // The kernel takes its mean every five seconds.
    await untilPasses(async () => {
      const finding = await processorLoad({ maximum: 0.1 });
      expect(finding.status).toBe("fail");
      expect(finding.summary).toMatch(
        /^\d+ % of \d+ processors were wanted in the last minute, and 0\.1 % are allowed$/,
      );
      expect(finding.remedy).toContain("ps aux --sort=-%cpu");
    }, 30_000);
    expect(await processorLoad({ maximum: 0.1, otherwise: "warn" })).toMatchObject({ status: "warn" });
  } finally {
    for (const one of busy) one.kill("SIGKILL");
  }
}, 40_000);
