import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newRun } from "../../../../sdk/core/journal/index.ts";

const now = new Date("2026-11-20T18:02:27.987Z");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "switchover-run-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a run is named by its second in UTC", () => {
  expect(newRun(now, folder)).toBe("20261120-180227-001");
  expect(newRun(now, join(folder, "not there yet"))).toBe("20261120-180227-001");
});

test("two runs in one second get two names, and the later one sorts behind", () => {
  const names = Array.from({ length: 12 }, () => {
    const name = newRun(now, folder);
    writeFileSync(join(folder, `${name}.jsonl`), "");
    return name;
  });
  expect(new Set(names).size).toBe(12);
  expect(names.toSorted()).toEqual(names);
  expect(names.at(-1)).toBe("20261120-180227-012");
});
