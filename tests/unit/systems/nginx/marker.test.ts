import { afterEach, beforeEach, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { readMarker, setMarker } from "../../../../sdk/systems/nginx/index.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "switchover-marker-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

test("without a marker, and without its folder, blue serves", () => {
  expect(readMarker(directory)).toBe("blue");
  expect(readMarker(join(directory, "none"))).toBe("blue");
});

test("whatever was set last is in force, set once or again", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("blue", "green"), { minLength: 1, maxLength: 8 }), (settings) => {
      for (const environment of settings) setMarker(directory, environment);
      expect(readMarker(directory) === settings.at(-1)).toBe(true);
    }),
    { numRuns: 30 },
  );
});

test("a switch leaves nothing but the marker behind", () => {
  for (const environment of ["green", "blue", "green", "green"] as const) setMarker(directory, environment);
  expect(readdirSync(directory)).toEqual(["green"]);
  setMarker(directory, "blue");
  expect(readdirSync(directory)).toEqual([]);
});

test("nginx's workers, who are other users, may see the marker", () => {
  setMarker(directory, "green");
  expect(statSync(join(directory, "green")).mode & 0o777).toBe(0o644);
});

test("the folder is made where it is missing", () => {
  setMarker(join(directory, "edge", "switch"), "green");
  expect(readMarker(join(directory, "edge", "switch"))).toBe("green");
});

test("a marker that cannot be written is an error, and what was in force stays so", () => {
  const file = join(directory, "file");
  writeFileSync(file, "");
  expect(() => setMarker(join(file, "switch"), "green")).toThrow();
  expect(readMarker(join(file, "switch"))).toBe("blue");
});

test("they may look into the folders that were made for it, whatever the umask; other folders stay as they are", () => {
  chmodSync(directory, 0o700);
  const before = process.umask(0o077);
  try {
    setMarker(join(directory, "edge", "switch"), "green");
  } finally {
    process.umask(before);
  }
  const mode = (...parts: string[]) => statSync(join(directory, ...parts)).mode & 0o777;
  expect([mode(), mode("edge"), mode("edge", "switch")]).toEqual([0o700, 0o755, 0o755]);
});
