import { afterAll, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { modelWeights, uploadFolders } from "../../../checks/index.ts";

const top = mkdtempSync(join(tmpdir(), "switchover-files-"));
afterAll(() => rmSync(top, { recursive: true }));

const user = { uid: 1001, gid: 1001 };
let count = 0;

function folder(): string {
  count += 1;
  const path = join(top, `${count}`);
  mkdirSync(path);
  return path;
}

function uploads(): string {
  const path = folder();
  mkdirSync(join(path, "images"));
  for (const each of [path, join(path, "images")]) chownSync(each, user.uid, user.gid);
  return path;
}

const content = Buffer.alloc(3_000_000, "weights ");
const sha256 = createHash("sha256").update(content).digest("hex");

function weights(): string {
  const path = folder();
  writeFileSync(join(path, "model.bin"), content);
  return path;
}

const whole = {
  file: "model.bin",
  minSize: "1MB",
  sizes: { "model.bin": content.length },
  sha256: { "model.bin": sha256 },
};

test("weights that are whole pass, by their SHA-256 where it is known", async () => {
  const directory = weights();
  expect((await modelWeights({ directory, file: "model.bin" })).summary).toBe("the file is there and whole");
  const finding = await modelWeights({ directory, ...whole });
  expect(finding).toMatchObject({ status: "pass", summary: "the file is there and whole, by SHA-256" });
});

test("a truncated weights file fails: by its size, by the least size, and by its SHA-256", async () => {
  const directory = weights();
  truncateSync(join(directory, "model.bin"), 500_000);
  const bySize = await modelWeights({ directory, file: "model.bin", sizes: whole.sizes });
  expect(bySize.summary).toContain("has 500000 bytes, and not 3000000");
  const byLeast = await modelWeights({ directory, file: "model.bin", minSize: "1MB" });
  expect(byLeast.summary).toContain("it was cut off");
  const byHash = await modelWeights({ directory, file: "model.bin", sha256: whole.sha256 });
  expect(byHash.summary).toContain("does not have the SHA-256");
  expect([bySize.status, byLeast.status, byHash.status]).toEqual(["fail", "fail", "fail"]);
  truncateSync(join(directory, "model.bin"), 0);
  expect(await modelWeights({ directory, file: "model.bin" })).toMatchObject({ status: "fail" });
});

test("a pointer of Git LFS and an error's page fail, whatever their size", async () => {
  const directory = folder();
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256}\nsize 3000000\n`;
  writeFileSync(join(directory, "pointer.pth"), pointer);
  writeFileSync(join(directory, "page.pth"), "\n<!DOCTYPE html><title>Quota exceeded</title>");
  const finding = await modelWeights({ directory, file: ["pointer.pth", "page.pth"] });
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain("pointer.pth is a pointer of Git LFS");
  expect(finding.summary).toContain("page.pth is a page of HTML");
  expect(finding.remedy).toContain("git lfs pull");
});

test("one byte that is another fails by SHA-256 alone", async () => {
  const directory = weights();
  const damaged = Buffer.from(content);
  damaged[1_500_000] = 0;
  writeFileSync(join(directory, "model.bin"), damaged);
  expect(await modelWeights({ directory, ...whole })).toMatchObject({ status: "fail" });
});

test("a size or a SHA-256 of a file that is not named is refused: it would never be looked at", () => {
  for (const unnamed of [{ sha256: { other: sha256 } }, { sizes: { other: 1 } }])
    expect(() => modelWeights.with({ directory: "weights", file: "model.bin", ...unnamed })).toThrow(
      "the options of the check model-weights are not right",
    );
});

test("weights that are missing, or are a folder, fail by name", async () => {
  const directory = weights();
  mkdirSync(join(directory, "other.bin"));
  const finding = await modelWeights({ directory, file: ["model.bin", "absent.bin", "other.bin"] });
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain("absent.bin is missing");
  expect(finding.summary).toContain("other.bin is no file");
});

test("hashing a large file stops nobody else", async () => {
  const directory = folder();
  const path = join(directory, "large.bin");
  writeFileSync(path, "");
  truncateSync(path, 300_000_000);
  let turns = 0;
  const others = setInterval(() => {
    turns += 1;
  }, 1);
  const finding = await modelWeights({
    directory,
    file: "large.bin",
    sha256: { "large.bin": "0".repeat(64) },
  });
  clearInterval(others);
  expect(finding).toMatchObject({ status: "fail" });
  // Read in one piece it would leave no turn for others.
  expect(turns).toBeGreaterThan(10);
});

test("folders that the containers' user may write to pass", async () => {
  const path = uploads();
  expect(await uploadFolders({ path, subdirectories: ["images"], ...user })).toMatchObject({
    status: "pass",
  });
  const byGroup = folder();
  chownSync(byGroup, 0, user.gid);
  chmodSync(byGroup, 0o770);
  expect(await uploadFolders({ path: byGroup, ...user })).toMatchObject({ status: "pass" });
});

test("a missing folder and a file in its place fail, with the command that makes it", async () => {
  const path = uploads();
  writeFileSync(join(path, "thumbnails"), "");
  const finding = await uploadFolders({ path, subdirectories: ["temp", "thumbnails"], ...user });
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain("temp is missing");
  expect(finding.summary).toContain("thumbnails is no folder");
  expect(finding.remedy).toContain("install -d -o 1001 -g 1001");
});

test("a folder for each environment is a warning where they should have one; a link to the same is the same", async () => {
  const path = [uploads(), uploads()];
  const finding = await uploadFolders({ path, one: true, ...user });
  expect(finding).toMatchObject({ status: "warn" });
  expect(finding.summary).toContain("are different folders, so a switch hides what was uploaded before it");
  expect(await uploadFolders({ path, ...user })).toMatchObject({ status: "pass" });
  const link = join(folder(), "link");
  symlinkSync(path[0] ?? "", link);
  const linked = await uploadFolders({ path: [path[0] ?? "", link], one: true, ...user });
  expect(linked).toMatchObject({ status: "pass" });
});

test("a wrong owner fails, or warns where a later step mends it", async () => {
  const path = uploads();
  chownSync(path, 0, 0);
  const finding = await uploadFolders({ path, ...user });
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain("belongs to 0:0 with mode 0755, so 1001:1001 cannot write");
  expect(await uploadFolders({ path, ...user, mended: true })).toMatchObject({ status: "warn" });
});

test("without a user only what is there is looked at, and not who may write", async () => {
  const path = uploads();
  chownSync(path, 0, 0);
  expect(await uploadFolders({ path })).toMatchObject({ status: "pass", summary: "the folder is there" });
  expect(await uploadFolders({ path, subdirectories: ["absent"] })).toMatchObject({ status: "fail" });
});

test("an owner whose own mode lets nothing be written fails, though the group may", async () => {
  const path = uploads();
  chmodSync(path, 0o575);
  expect(await uploadFolders({ path, ...user })).toMatchObject({ status: "fail" });
});

test("a folder inside that a restore left to root fails", async () => {
  const path = uploads();
  mkdirSync(join(path, "restored"));
  const finding = await uploadFolders({ path, ...user });
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain(join(path, "restored"));
  expect(finding.remedy).toContain("chown -R 1001:1001");
});

test("a file too large to be hashed in time ends at the deadline, and nobody hashes it any longer", async () => {
  const directory = folder();
  writeFileSync(join(directory, "endless.bin"), "");
  truncateSync(join(directory, "endless.bin"), 2 ** 40);
  const finding = await modelWeights(
    { directory, file: "endless.bin", sha256: { "endless.bin": "0".repeat(64) } },
    { deadline: "300ms" },
  );
  expect(finding).toMatchObject({ status: "fail" });
  expect(finding.summary).toContain("no result within 0.3 s");
  // A thread that went on would keep a processor busy.
  const { user } = process.cpuUsage();
  await Bun.sleep(400);
  expect(process.cpuUsage().user - user).toBeLessThan(200_000);
});

test("files whose hashing was ended at the deadline do not stay open, and no more are hashed at once than is decent", async () => {
  const directory = folder();
  const file = Array.from({ length: 2 * availableParallelism() }, (_, index) => `${index}.bin`);
  for (const name of file) {
    writeFileSync(join(directory, name), "");
    truncateSync(join(directory, name), 2 ** 40);
  }
  const open = () =>
    readdirSync("/proc/self/fd").filter((descriptor) => {
      const path = join("/proc/self/fd", descriptor);
      return existsSync(path) && readlinkSync(path).startsWith(directory);
    }).length;
  const hashes = Object.fromEntries(file.map((name) => [name, "0".repeat(64)]));
  const looking = modelWeights({ directory, file, sha256: hashes }, { deadline: "300ms" });
  let most = 0;
  const watching = setInterval(() => {
    most = Math.max(most, open());
  }, 5);
  await looking;
  clearInterval(watching);
  expect(most).toBe(Math.max(1, availableParallelism() - 1));
  for (let wait = 0; wait < 400 && open() > 0; wait += 1) await Bun.sleep(25);
  expect(open()).toBe(0);
});
