import { expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { docker } from "../../sdk/systems/docker/index.ts";
import { removeLeftBehind } from "../runner/left-behind.ts";
import { deadProcess } from "../support/dead-process.ts";
import { buildScratchImage } from "../support/scratch-images.ts";

const options = { deadlineMs: 30_000 };

/** An image without a name, as a build that was cut off leaves. */
function imageFor(project: string): Promise<string> {
  return buildScratchImage({
    files: { "/made": project },
    labels: { "com.docker.compose.project": project },
  });
}

test("what a test process that is dead has made goes, and what a living one has made stays", async () => {
  const dead = await deadProcess();
  const [left, used] = [`swt-${dead.toString(36)}-x-shared`, `swt-${process.pid.toString(36)}-x-shared`];
  const container = `switchover-test-redis-${dead}`;
  for (const name of [left, used]) await docker(["volume", "create", name], options);
  await docker(["container", "create", "--name", container, "switchover/bun:1.4.5", "--version"], options);
  const folders = [left, used].map((name) => mkdtempSync(join(tmpdir(), `${name}-`)));
  const [nameless, usedNameless] = [await imageFor(left), await imageFor(used)];
  try {
    const { gone } = await removeLeftBehind();
    expect(gone).toContain(nameless);
    expect(gone).not.toContain(usedNameless);
    expect(gone).toContain(left);
    expect(gone).toContain(container);
    expect(gone).not.toContain(used);
    expect(folders.map((folder) => existsSync(folder))).toEqual([false, true]);
    expect(await docker(["volume", "ls", "--quiet", "--filter", `name=${used}`], options)).toBe(`${used}\n`);
    expect(await docker(["volume", "ls", "--quiet", "--filter", `name=${left}`], options)).toBe("");
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    await docker(["volume", "rm", used], options);
    await docker(["image", "rm", usedNameless], options);
  }
});
