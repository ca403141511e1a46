import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  appendFileSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { Failure } from "../../../../sdk/core/errors/index.ts";
import { openJournal, readJournal } from "../../../../sdk/core/journal/index.ts";
import { createRedactor } from "../../../../sdk/core/log/index.ts";
import { parseRecord } from "../../../../sdk/jobs/deploy/course.ts";
import { historyRecordSchema } from "../../../../sdk/jobs/deploy/history.ts";
import { smallFileSystem } from "../small-file-system.ts";

interface Entry {
  text: string;
}

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "switchover-journal-"));
  path = join(directory, "journal.jsonl");
});
afterEach(() => rmSync(directory, { recursive: true }));

function parse(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !("text" in value)) return undefined;
  return typeof value.text === "string" ? value.text : undefined;
}

function write(...texts: string[]): void {
  using journal = openJournal<Entry>(path);
  for (const text of texts) journal.append({ text });
}

const anyText = fc.string({ unit: "binary", maxLength: 40 });

test("records are read back in order, each with its time", () => {
  using journal = openJournal<Entry>(path, { clock: () => new Date("2026-11-20T18:02:27.123Z") });
  journal.append({ text: "begin" });
  journal.append({ text: "end" });
  expect(readJournal(path, (value) => value)).toEqual({
    records: [
      { at: "2026-11-20T18:02:27.123Z", text: "begin" },
      { at: "2026-11-20T18:02:27.123Z", text: "end" },
    ],
    torn: 0,
  });
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("a journal that is missing or empty has no records", () => {
  expect(readJournal(path, parse)).toEqual({ records: [], torn: 0 });
  writeFileSync(path, "");
  expect(readJournal(path, parse)).toEqual({ records: [], torn: 0 });
});

test("whatever was appended, and wherever it is cut off, what is read back is a prefix", () => {
  fc.assert(
    fc.property(
      fc.array(anyText, { maxLength: 6 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (texts, part) => {
        rmSync(path, { force: true });
        write(...texts);
        truncateSync(path, Math.floor(statSync(path).size * part));
        const { records, torn } = readJournal(path, parse);
        expect(records).toEqual(texts.slice(0, records.length).map((text) => text.toWellFormed()));
        expect(torn).toBeLessThanOrEqual(1);
      },
    ),
  );
});

test("what is appended after a cut is read back whole, after the prefix", () => {
  fc.assert(
    fc.property(
      fc.array(anyText, { maxLength: 5 }),
      fc.nat(),
      fc.array(anyText, { maxLength: 3 }),
      (texts, cut, more) => {
        rmSync(path, { force: true });
        write(...texts);
        truncateSync(path, cut % (statSync(path).size + 1));
        const kept = readJournal(path, parse).records;
        write(...more);
        expect(readJournal(path, parse).records).toEqual([
          ...kept,
          ...more.map((text) => text.toWellFormed()),
        ]);
      },
    ),
  );
});

test("no garbage between records costs a record", () => {
  const garbage = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes));
  fc.assert(
    fc.property(fc.array(fc.tuple(anyText, garbage), { maxLength: 5 }), (pairs) => {
      rmSync(path, { force: true });
      for (const [text, bytes] of pairs) {
        write(text);
        appendFileSync(path, bytes);
      }
      expect(readJournal(path, parse).records).toEqual(pairs.map(([text]) => text.toWellFormed()));
    }),
  );
});

test("NULs left by a power cut, bytes that are no UTF-8, and foreign JSON are counted as torn", () => {
  write("one");
  appendFileSync(path, Buffer.from([0, 0, 0, 10, 0x7b, 0xff, 0x7d, 10]));
  appendFileSync(path, '42\nnull\n{"other":1}\n{"text":"cut o');
  write("two");
  expect(readJournal(path, parse)).toEqual({ records: ["one", "two"], torn: 6 });
});

test("a full disk is told with its errno and its file system, and what is written later is not lost", () => {
  using full = smallFileSystem(32);
  const place = join(full.path, "journal.jsonl");
  using journal = openJournal<Entry>(place);
  journal.append({ text: "before" });
  full.fill();
  const failure = fillUp(() => journal.append({ text: "x".repeat(1_000) }));
  expect(failure.code).toBe("JOURNAL_NOT_WRITTEN");
  expect(failure.message).toContain("ENOSPC");
  expect(failure.remedy).toContain(full.path);
  expect(readFileSync(place, "utf8").endsWith("\n")).toBe(false);
  rmSync(join(full.path, "filler"));
  journal.append({ text: "after" });
  const { records, torn } = readJournal(place, parse);
  expect([records.at(0), records.at(-1), torn]).toEqual(["before", "after", 1]);
});

function fillUp(append: () => void): Failure {
  for (let count = 0; count < 100; count += 1) {
    try {
      append();
    } catch (thrown) {
      if (thrown instanceof Failure) return thrown;
      throw thrown;
    }
  }
  throw new Error("the disk was never full");
}

test("records outlive the SIGKILL of the process that wrote them", async () => {
  const writer = Bun.spawn(
    [
      process.execPath,
      "-e",
      `import { openJournal } from ${JSON.stringify(join(import.meta.dir, "../../../../sdk/core/journal/index.ts"))};
       const journal = openJournal(${JSON.stringify(path)});
       for (let n = 0; ; n++) { journal.append({ text: String(n) }); process.stdout.write(n + "\\n"); }`,
    ],
    { stdout: "pipe" },
  );
  const reader = writer.stdout.getReader();
  let told = "";
  while (told.length < 200) told += new TextDecoder().decode((await reader.read()).value);
  writer.kill("SIGKILL");
  await writer.exited;
  const { records } = readJournal(path, parse);
  const lastTold = Number(told.slice(0, told.lastIndexOf("\n")).split("\n").at(-1));
  expect(records).toEqual(records.map((_, index) => String(index)));
  expect(records.length).toBeGreaterThan(lastTold);
});

test("secrets in the free text of a record are masked, however deep; its other words stay", () => {
  using journal = openJournal<object>(path, { redact: (text) => text.replaceAll("hunter2", "[redacted]") });
  journal.append({ environment: "hunter2", step: { why: ["psql", "password=hunter2"] }, reason: "hunter2" });
  const { records } = readJournal(path, (value) => value);
  expect(records).toMatchObject([
    { environment: "hunter2", step: { why: ["psql", "password=[redacted]"] }, reason: "[redacted]" },
  ]);
});

test("whatever is a secret, the records of a run and of the history are read back, and no free text tells it", () => {
  const ownWord = fc.constantFrom(
    "blue",
    "green",
    "step",
    "stage",
    "failed",
    "1.8.3",
    "2026",
    "at",
    "deployed",
  );
  const secrets = fc.array(fc.oneof(ownWord, fc.string({ minLength: 1, maxLength: 8 })), { maxLength: 6 });
  const history = { run: "r1", outcome: "deployed", release: "1.8.3", environment: "blue", seconds: 1 };
  const entry = { kind: "step", step: "stage", phase: "failed" };
  fc.assert(
    fc.property(secrets, (planted) => {
      rmSync(path, { force: true });
      const { redact } = createRedactor(planted);
      const text = `it said ${planted.join(" and ")}`;
      using journal = openJournal<object>(path, { redact });
      journal.append({ ...history, reason: text });
      journal.append({ ...entry, detail: text });
      const { records } = readJournal(path, (value) => value);
      expect(historyRecordSchema.parse(records[0])).toMatchObject({ ...history, reason: redact(text) });
      expect(parseRecord(records[1])).toMatchObject({ ...entry, detail: redact(text) });
    }),
  );
});

test("a journal that cannot be opened, and one that was closed, is not written", () => {
  writeFileSync(join(directory, "target"), "precious");
  symlinkSync(join(directory, "target"), path);
  expect(() => openJournal(path)).toThrow("cannot be written (ELOOP)");
  rmSync(path);
  const journal = openJournal<Entry>(path);
  journal.close();
  journal.close();
  expect(() => journal.append({ text: "late" })).toThrow("cannot be written");
});

test("what root writes in the folder of another user is that user's to read and to go on with", () => {
  chownSync(directory, 65_534, 65_534);
  write("one");
  expect(statSync(path)).toMatchObject({ uid: 65_534, gid: 65_534, mode: 0o100600 });
});

test("a journal that cannot be read says which, and why", () => {
  mkdirSync(path);
  expect(() => readJournal(path, parse)).toThrow(
    expect.objectContaining({
      code: "STATE_UNREADABLE",
      message: `the journal ${path} cannot be read (EISDIR)`,
    }),
  );
});
