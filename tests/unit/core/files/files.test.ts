import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  chownSync,
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  errnoOf,
  giveToFolderOwner,
  makeFolder,
  mountPointOf,
  removeFileDurably,
  writeFileAtomically,
} from "../../../../sdk/core/files/index.ts";
import { ownerAndMode } from "../../../support/owner-and-mode.ts";
import { smallFileSystem } from "../small-file-system.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "switchover-files-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

test("an atomic write makes a file that only its owner reads", () => {
  const path = join(directory, "state.json");
  writeFileAtomically(path, "one");
  expect(readFileSync(path, "utf8")).toBe("one");
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("an atomic write gives the file the mode that was asked for, whatever the umask", () => {
  const before = process.umask(0o077);
  try {
    writeFileAtomically(join(directory, "marker"), "", { mode: 0o644 });
  } finally {
    process.umask(before);
  }
  expect(statSync(join(directory, "marker")).mode & 0o777).toBe(0o644);
});

test("an atomic write leaves no temporary file behind", () => {
  const path = join(directory, "state.json");
  writeFileAtomically(path, "one");
  writeFileAtomically(path, "two");
  expect(readdirSync(directory)).toEqual(["state.json"]);
  expect(readFileSync(path, "utf8")).toBe("two");
});

test("an atomic write replaces a symbolic link and leaves what it points to alone", () => {
  const target = join(directory, "target");
  writeFileSync(target, "precious");
  symlinkSync(target, join(directory, "link"));
  writeFileAtomically(join(directory, "link"), "new");
  expect(readFileSync(target, "utf8")).toBe("precious");
  expect(readFileSync(join(directory, "link"), "utf8")).toBe("new");
});

test("a reader never sees half of an atomic write", async () => {
  const path = join(directory, "marker");
  const texts = ["a".repeat(100_000), "b".repeat(50_000)];
  writeFileAtomically(path, texts[0] ?? "");
  const reader = Bun.spawn([
    process.execPath,
    "-e",
    `const fs = require("node:fs"); const end = Date.now() + 400; let bad = 0;
     while (Date.now() < end) { const text = fs.readFileSync(${JSON.stringify(path)}, "utf8");
       if (!(/^a{100000}$/.test(text) || /^b{50000}$/.test(text))) bad++; }
     process.exitCode = bad === 0 ? 0 : 1;`,
  ]);
  while (reader.exitCode === null) {
    for (const text of texts) writeFileAtomically(path, text);
    await Bun.sleep(0);
  }
  expect(reader.exitCode).toBe(0);
});

test("a write onto a full disk keeps the old file, tells ENOSPC, and leaves nothing behind", () => {
  using full = smallFileSystem(64);
  const path = join(full.path, "state.json");
  writeFileAtomically(path, "old");
  let errno: string | undefined;
  try {
    writeFileAtomically(path, "x".repeat(200_000));
  } catch (thrown) {
    errno = errnoOf(thrown);
  }
  expect(errno).toBe("ENOSPC");
  expect(readFileSync(path, "utf8")).toBe("old");
  expect(readdirSync(full.path)).toEqual(["state.json"]);
});

test("a write into a directory that is not there tells ENOENT", () => {
  expect(() => writeFileAtomically(join(directory, "no", "file"), "")).toThrow("ENOENT");
});

test("a file is removed, and removing it again is no error", () => {
  const path = join(directory, "marker");
  writeFileAtomically(path, "");
  removeFileDurably(path);
  removeFileDurably(path);
  expect(readdirSync(directory)).toEqual([]);
});

test("what cannot be removed keeps its errno", () => {
  mkdirSync(join(directory, "a-directory"));
  expect(() => removeFileDurably(join(directory, "a-directory"))).toThrow(/EISDIR|EPERM/);
});

test("the mount point of a path that is not there yet is that of the directory it will be in", () => {
  using small = smallFileSystem(64);
  expect(mountPointOf(join(small.path, "no", "such", "file"))).toBe(small.path);
});

test("folders are made with their mode, whatever the umask, and what is there keeps its own", () => {
  const before = process.umask(0o077);
  try {
    makeFolder(join(directory, "seen", "by", "all"), 0o755);
  } finally {
    process.umask(before);
  }
  makeFolder(join(directory, "seen"), 0o700);
  for (const made of ["seen", "seen/by", "seen/by/all"])
    expect(statSync(join(directory, made)).mode & 0o777).toBe(0o755);
  writeFileSync(join(directory, "file"), "");
  expect(() => makeFolder(join(directory, "file", "below"))).toThrow("ENOTDIR");
});

test("root's folders are of the owner of the folder in which it makes them", () => {
  chownSync(directory, 1234, 1235);
  makeFolder(join(directory, "logs", "deployment"));
  writeFileAtomically(join(directory, "logs", "own"), "", { toFolderOwner: true });
  for (const made of ["logs", "logs/deployment"])
    expect(ownerAndMode(join(directory, made))).toBe("1234:1235 700");
  expect(ownerAndMode(join(directory, "logs", "own"))).toBe("1234:1235 600");
});

test("root gives away nothing that has another name, nor where a link leads", () => {
  const precious = join(directory, "precious");
  writeFileSync(precious, "", { mode: 0o600 });
  mkdirSync(join(directory, "theirs"));
  chownSync(join(directory, "theirs"), 1234, 1234);
  const linked = join(directory, "theirs", "run.jsonl");
  linkSync(precious, linked);
  const descriptor = openSync(linked, "r");
  giveToFolderOwner(descriptor, linked);
  closeSync(descriptor);
  expect(ownerAndMode(precious)).toBe("0:0 600");
  symlinkSync(join(directory, "elsewhere"), join(directory, "theirs", "logs"));
  expect(() => makeFolder(join(directory, "theirs", "logs"))).toThrow("EEXIST");
  expect(existsSync(join(directory, "elsewhere"))).toBe(false);
});
