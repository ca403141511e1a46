import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { imagePlatform } from "../../../checks/index.ts";
import { succeed } from "../../../sdk/core/process/index.ts";
import { docker, findImage } from "../../../sdk/systems/docker/index.ts";

setDefaultTimeout(60_000);

const deadlineMs = 60_000;
const own = `switchover-test-platform-${process.pid}`;
const names = { arm: `${own}/arm:1`, amd: `${own}/amd:1`, moving: `${own}/amd` };

/** Loads an image with nothing in it, for the machine that it says. */
async function load(architecture: string, name: string): Promise<void> {
  const layer = Buffer.alloc(10_240);
  const digest = createHash("sha256").update(layer).digest("hex");
  const rootfs = { type: "layers", diff_ids: [`sha256:${digest}`] };
  const folder = mkdtempSync(join(tmpdir(), "switchover-image-"));
  const write = (file: string, content: unknown) =>
    writeFileSync(join(folder, file), JSON.stringify(content));
  writeFileSync(join(folder, "layer.tar"), layer);
  write("config.json", { architecture, os: "linux", config: {}, rootfs });
  write("manifest.json", [{ Config: "config.json", RepoTags: [name], Layers: ["layer.tar"] }]);
  const archive = join(folder, "image.tar");
  await succeed(["tar", "-cf", archive, "-C", folder, "config.json", "manifest.json", "layer.tar"], {
    deadlineMs,
  });
  await docker(["load", "--input", archive], { deadlineMs });
  rmSync(folder, { recursive: true });
}

beforeAll(async () => {
  await load("arm64", names.arm);
  await load("amd64", names.amd);
  await docker(["tag", names.amd, names.moving], { deadlineMs });
});

afterAll(() => docker(["image", "rm", ...Object.values(names)], { deadlineMs }));

test("an image for the machine that is wanted passes, with the content that is wanted", async () => {
  const { id = "" } = (await findImage(names.amd, { deadlineMs })) ?? {};
  const finding = await imagePlatform({ image: names.amd, platform: "linux/amd64", digest: id });
  expect(finding).toMatchObject({ status: "pass" });
  expect(await imagePlatform({ image: names.arm, platform: "linux/arm64/v8" })).toMatchObject({
    status: "pass",
  });
});

test("an image for another kind of machine fails: this one's is the daemon's own", async () => {
  const foreign = process.arch === "arm64" ? names.amd : names.arm;
  const finding = await imagePlatform({ image: foreign });
  expect(finding.status).toBe("fail");
  expect(finding.summary).toMatch(/is for linux\/\w+, and linux\/\w+ is wanted/);
  expect(finding.remedy).toContain("docker pull --platform linux/");
});

test("another content, and an image that is not here, fail", async () => {
  const digest = `sha256:${"0".repeat(64)}`;
  const other = await imagePlatform({ image: names.amd, platform: "linux/amd64", digest });
  expect(other.status).toBe("fail");
  expect(other.summary).toContain(`and not ${digest}`);
  const absent = await imagePlatform({ image: `${own}/absent:1` });
  expect(absent.status).toBe("fail");
  expect(absent.summary).toContain("is not on this host");
});

test("a name without a tag of its own warns", async () => {
  const finding = await imagePlatform({ image: names.moving, platform: "linux/amd64" });
  expect(finding.status).toBe("warn");
  expect(finding.remedy).toContain("name it by its content");
});
