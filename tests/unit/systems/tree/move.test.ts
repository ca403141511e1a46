import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { close, moveAt, openDirectory, openDirectoryAt } from "../../../../sdk/systems/tree/index.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "switchover-tree-"));
  for (const name of ["from", "to"]) mkdirSync(join(folder, name));
});
afterEach(() => rmSync(folder, { recursive: true }));

const name = Buffer.from("file");

function moved(): string {
  const [from, to] = ["from", "to"].map((place) => openDirectory(Buffer.from(join(folder, place))));
  try {
    return moveAt(from ?? -1, name, to ?? -1);
  } finally {
    for (const descriptor of [from, to]) if (descriptor !== undefined) close(descriptor);
  }
}

test("a file is moved where nothing has its name, and never over something that has", () => {
  writeFileSync(join(folder, "from/file"), "first");
  expect(moved()).toBe("moved");
  writeFileSync(join(folder, "from/file"), "second");
  expect(moved()).toBe("taken");
  expect(readFileSync(join(folder, "to/file"), "utf8")).toBe("first");
  expect(readFileSync(join(folder, "from/file"), "utf8")).toBe("second");
});

test("a folder is opened by its own name only, with no link on the way", () => {
  symlinkSync(join(folder, "from"), join(folder, "link"));
  mkdirSync(join(folder, "from/inside"));
  const above = openDirectory(Buffer.from(folder));
  expect(() => openDirectoryAt(above, Buffer.from("link"))).toThrow(/ENOTDIR|ELOOP/);
  expect(() => openDirectory(Buffer.from(join(folder, "link/inside")))).toThrow(/ENOTDIR|ELOOP/);
  close(above);
});
