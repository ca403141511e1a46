import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openJournal } from "../../../../sdk/core/journal/index.ts";
import { type Course, findUnfinished, type JournalEntry } from "../../../../sdk/jobs/deploy/course.ts";
import { courseOf } from "../fake-desk.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "switchover-course-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(course: Course, ...entries: JournalEntry[]): string {
  const path = join(folder, `${course.run}.jsonl`);
  using journal = openJournal<JournalEntry>(path);
  journal.append({ kind: "begun", course });
  for (const entry of entries) journal.append(entry);
  return path;
}

const ended: JournalEntry = { kind: "ended", outcome: "deployed" };
const stage: JournalEntry = { kind: "step", step: "stage", phase: "starting" };
const build: JournalEntry = { kind: "step", step: "build", phase: "done" };

test("without a folder, and without a journal, nothing is unfinished", () => {
  expect(findUnfinished(join(folder, "none"))).toBeUndefined();
  expect(findUnfinished(folder)).toBeUndefined();
});

test("a run that wrote its end is finished", () => {
  write(courseOf(), build, stage, ended);
  expect(findUnfinished(folder)).toBeUndefined();
});

test("a run without an end is unfinished, in the step that it wrote last", () => {
  const path = write(courseOf(), build, stage);
  expect(findUnfinished(folder)).toMatchObject({ file: path, course: courseOf(), lastStep: "stage" });
});

test("a run that was cut off before its first step is unfinished, in no step", () => {
  write(courseOf());
  const unfinished = findUnfinished(folder);
  expect(unfinished?.course).toEqual(courseOf());
  expect(unfinished?.lastStep).toBeUndefined();
});

test("a last record that is torn is passed over, and the one before it counts", () => {
  const path = write(courseOf(), build, stage);
  truncateSync(path, statSync(path).size - 7);
  expect(findUnfinished(folder)?.lastStep).toBe("build");
});

test("an end that is torn is no end", () => {
  const path = write(courseOf(), build, stage, ended);
  truncateSync(path, statSync(path).size - 3);
  expect(findUnfinished(folder)?.lastStep).toBe("stage");
});

test("a run whose very first record is torn has done nothing yet, and is not unfinished", () => {
  writeFileSync(join(folder, "20261120-180227-001.jsonl"), '{"at":"2026-11-20T18:02:27.000Z","kind":"beg');
  expect(findUnfinished(folder)).toBeUndefined();
});

test("lines that are no records do not hide a run", () => {
  const path = write(courseOf(), stage);
  appendFileSync(
    path,
    '\u0000\u0000\nnot json\n{"kind":"step","step":"dance","phase":"starting","at":""}\n[]\n',
  );
  expect(findUnfinished(folder)?.lastStep).toBe("stage");
});

test("of several runs the newest counts, by its second and by its number within it", () => {
  write(courseOf({ run: "20261120-180227-001", release: "a" }), stage);
  write(courseOf({ run: "20261120-180227-002", release: "b" }), stage);
  write(courseOf({ run: "20261119-235959-001", release: "c" }), stage);
  expect(findUnfinished(folder)?.course.release).toBe("b");
});

test("a newer run that ended has brought the older one to its end", () => {
  write(courseOf({ run: "20261120-180227-001" }), stage);
  write(courseOf({ run: "20261120-180300-001" }), stage, ended);
  expect(findUnfinished(folder)).toBeUndefined();
});

test("other files and folders beside the journals are not looked at", () => {
  write(courseOf(), stage);
  writeFileSync(join(folder, "zzz.txt"), "");
  mkdirSync(join(folder, "zzz"));
  expect(findUnfinished(folder)?.lastStep).toBe("stage");
});
