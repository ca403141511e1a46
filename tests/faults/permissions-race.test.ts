import { expect, test } from "bun:test";
import { chmodSync, chownSync, linkSync, mkdirSync, symlinkSync } from "node:fs";
import { ownerAndMode } from "../support/owner-and-mode.ts";
import { application, permissionsProject } from "../support/permissions-project.ts";

const swapper = `${import.meta.dir}/../support/swap-names.ts`;
const runs = 6;

/** Exchanges pairs of names for each other as fast as the kernel can, while `during` goes on; gives how often. */
async function whileSwapping(pairs: readonly string[], during: () => Promise<void>): Promise<number> {
  const child = Bun.spawn([process.execPath, swapper, ...pairs], { stdin: "pipe", stdout: "pipe" });
  try {
    await during();
  } finally {
    await child.stdin.end();
  }
  return Number(await new Response(child.stdout).text());
}

test("whoever swaps a folder for a link, or a file for another name of a foreign one, changes nothing outside", async () => {
  using project = permissionsProject();
  const outside = Array.from({ length: 300 }, (_, index) => project.file("outside", `file-${index}`));
  for (const path of outside) chmodSync(path, 0o600);
  chmodSync(project.path("outside"), 0o700);
  const inside = Array.from({ length: 300 }, (_, index) => project.file("uploads/victim", `file-${index}`));
  mkdirSync(project.path("swap"));
  symlinkSync(project.path("outside"), project.path("uploads/link"));
  const pairs = [project.path("uploads/victim"), project.path("uploads/link")];
  for (const index of [0, 1, 2]) {
    const shadow = project.path("swap", `linked-${index}`);
    linkSync(project.path("outside", `file-${index}`), shadow);
    pairs.push(project.file("uploads", `bait-${index}`), shadow);
  }

  let changed = 0;
  const swaps = await whileSwapping(pairs, async () => {
    for (let run = 0; run < runs; run += 1) {
      const found = await project.fix();
      changed += found.rules.find(({ rule }) => rule === "uploads")?.changed ?? 0;
      for (const path of [...inside]) {
        try {
          chownSync(path, 0, 0);
        } catch {
          // At this moment the folder is the link's name.
        }
      }
    }
  });
  expect(swaps).toBeGreaterThan(1_000);
  expect(changed).toBeGreaterThan(0);
  for (const path of outside) expect(ownerAndMode(path)).toBe("0:0 600");
  expect(ownerAndMode(project.path("outside"))).toBe("0:0 700");
  expect(application).not.toBe(0);
});
