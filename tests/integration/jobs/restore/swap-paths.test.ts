import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { readJournal } from "../../../../sdk/core/journal/index.ts";
import { removeFresh } from "../../../../sdk/jobs/restore/items/path-names.ts";
import { settleSwap } from "../../../../sdk/jobs/restore/items/path-swap.ts";

const preload = resolve(import.meta.dir, "../../../support/preload/die-at.ts");
const fixture = join(import.meta.dir, "fixtures/swap-paths.ts");
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "swap-paths-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Kind = "folder" | "file";

function put(kind: Kind, path: string, text: string): void {
  if (kind === "folder") mkdirSync(path);
  writeFileSync(kind === "file" ? path : join(path, "who"), text);
}

const read = (kind: Kind, path: string) => readFileSync(kind === "file" ? path : join(path, "who"), "utf8");

test.each(["folder", "file"] as const)(
  "killed before or after any of its changes, a %s is the old one or the new one, and nothing is lost",
  async (kind) => {
    const seen = new Set<string>();
    for (let count = 1; ; count += 1) {
      const codes = [];
      for (const when of ["before", "after"]) {
        const place = join(folder, `${count}-${when}`);
        mkdirSync(place);
        const hidden = join(place, ".uploads.switchover-0123456789abcdef");
        const swap = {
          target: join(place, "uploads"),
          fresh: join(hidden, "uploads"),
          kept: join(place, "uploads.old"),
        };
        const journal = join(place, "journal.jsonl");
        put(kind, swap.target, "old");
        mkdirSync(hidden);
        put(kind, swap.fresh, "new");
        const env = {
          ...process.env,
          SWAP: JSON.stringify({ journal, ...swap }),
          DIE_AT: `${count} ${when}`,
        };
        codes.push(await Bun.spawn([process.execPath, "--preload", preload, fixture], { env }).exited);
        // A mere look between the two finds one of them whole, on a file system that can exchange folders.
        expect(["old", "new"]).toContain(read(kind, swap.target));

        const { records } = readJournal(journal, (value) => value as typeof swap & { inode: number });
        for (const record of records) settleSwap(record);
        removeFresh(hidden);
        const now = read(kind, swap.target);
        seen.add(now);
        if (now === "new") expect(read(kind, swap.kept)).toBe("old");
        else expect(existsSync(swap.kept)).toBe(false);
        expect(existsSync(hidden)).toBe(false);
      }
      if (codes.every((code) => code === 0)) break;
      expect(count).toBeLessThan(50);
    }
    expect(seen).toEqual(new Set(["old", "new"]));
  },
  60_000,
);
