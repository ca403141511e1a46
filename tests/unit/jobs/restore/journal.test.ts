import { expect, test } from "bun:test";
import { Failure } from "../../../../sdk/core/errors/index.ts";
import { noteEnd } from "../../../../sdk/jobs/restore/journal.ts";

test("what was put into its place stands, although a full disk cannot take that down", () => {
  const warnings: string[] = [];
  const journal = {
    append() {
      throw new Failure("JOURNAL_NOT_WRITTEN", { message: "the disk is full", remedy: "free space" });
    },
  };
  noteEnd({ journal, report: { warn: (text) => warnings.push(text) } });
  expect(warnings).toEqual(["it is done, and that could not be noted: the disk is full"]);
});
