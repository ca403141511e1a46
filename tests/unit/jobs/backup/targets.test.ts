import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chosenTargets } from "../../../../sdk/jobs/backup/targets.ts";
import { backedUpConfiguration } from "../../../support/backed-up-configuration.ts";
import { failureOf } from "../../../support/failure-of.ts";

const configurationWith = (root: string, backups: object) =>
  backedUpConfiguration(backups, join(root, "config", "deployment.config.ts"));

test("a folder that holds the backups is refused, also by a link, and one beside them is not", async () => {
  const root = mkdtempSync(join(tmpdir(), "switchover-targets-"));
  try {
    mkdirSync(join(root, "data", "files"), { recursive: true });
    symlinkSync(join(root, "data"), join(root, "link"));
    const chosen = async (directory: string, directories: string[]) =>
      chosenTargets(configurationWith(root, { directory, directories }), undefined);
    for (const [directory, folder] of [
      ["backups", "."],
      ["data/backups", "link"],
      ["link/backups", "data"],
      ["data", "data"],
    ] as const)
      expect((await failureOf(chosen(directory, [folder]))).code).toBe("CONFIG_INVALID");
    expect(await chosen("data/backups", ["data/files"])).toHaveLength(1);
  } finally {
    rmSync(root, { recursive: true });
  }
});

test("databases that no server would be asked for are refused, rather than not backed up", () => {
  expect(() => configurationWith("/srv", { databases: ["more"] })).toThrow(
    expect.objectContaining({ code: "CONFIG_INVALID" }),
  );
});
