import { expect, test } from "bun:test";
import type { Item } from "../../../../sdk/core/manifest/index.ts";
import { targetsOf } from "../../../../sdk/jobs/backup/index.ts";
import { choosePieces } from "../../../../sdk/jobs/restore/index.ts";
import { backedUpConfiguration } from "../../../support/backed-up-configuration.ts";
import { manifestWith } from "../../../support/manifests.ts";

const configurationWith = (directories: readonly string[]) =>
  backedUpConfiguration({ directories }, "/srv/config/deployment.config.ts");

const namesOf = (directories: readonly string[]) =>
  targetsOf(configurationWith(directories)).map(({ name }) => name);

/** Where the folders of a backup go that was made of some, once the configuration names others. */
function targetsAfter(then: readonly string[], now: readonly string[], path?: string): string[] {
  const items = targetsOf(configurationWith(then)).map(
    (target, index): Item => ({
      type: "directory",
      name: target.name,
      file: `0${index}.tar.zst`,
      bytes: 1,
      rawBytes: 1,
      sha256: "0".repeat(64),
      compression: "zstd",
      facts: { path: "path" in target ? target.path : "", entries: 1, warnings: [] },
    }),
  );
  return choosePieces(configurationWith(now), manifestWith({ items }), { path }).map(({ target }) => target);
}

test("no two things have one name, whatever their last names are", () => {
  expect(namesOf(["/a/up", "/b/up", "/c/up"])).toEqual(["up", "up-2", "up-3"]);
  expect(namesOf(["/a/up", "/b/up", "/c/up-2"])).toEqual(["up", "up-3", "up-2"]);
});

test("a folder goes back to where it lay, however the others have been named anew", () => {
  expect(targetsAfter(["/a/up", "/b/up"], ["/a/up", "/b/up"])).toEqual(["/a/up", "/b/up"]);
  expect(targetsAfter(["/a/up", "/b/up"], ["/b/up", "/a/up"])).toEqual(["/a/up", "/b/up"]);
  expect(targetsAfter(["/a/up", "/b/up"], ["/b/up"])).toEqual(["/a/up", "/b/up"]);
});

test("a folder that has moved goes to where it lies now", () => {
  expect(targetsAfter(["/a/up"], ["/new/up"])).toEqual(["/new/up"]);
  expect(targetsAfter(["/a/up", "/b/up"], ["/new/up", "/b/up"])).toEqual(["/new/up", "/b/up"]);
});

test("a folder is chosen by its name or by its whole path, and one that is not there by neither", () => {
  const chosen = (path: string) => targetsAfter(["/a/up", "/b/up"], ["/a/up", "/b/up"], path);
  expect(chosen("up-2")).toEqual(["/b/up"]);
  expect(chosen("/b/up/")).toEqual(["/b/up"]);
  const refused = expect.objectContaining({
    code: "NOTHING_TO_RESTORE",
    why: "it holds --path up, --path up-2",
  });
  expect(() => chosen("/c/up")).toThrow(refused);
});
