import { expect, test } from "bun:test";
import { createColors } from "../../../../sdk/core/cli/colors.ts";
import { createProgress } from "../../../../sdk/core/cli/progress.ts";

/** What a progress says, shows live and tells of what it does, at a time that stands still. */
function watched(live: boolean) {
  const said: string[] = [];
  const shown: (string | undefined)[] = [];
  const done: (string | undefined)[] = [];
  const progress = createProgress(
    {
      live,
      colors: createColors(false),
      say: (text) => void said.push(text),
      verbose: () => {},
      status: (text) => void shown.push(text),
      doing: (what) => void done.push(what),
    },
    () => 0,
  );
  return { progress, said, shown, done };
}

test("a note that says the same again is no second line, of a step that runs and of one that is put back", () => {
  const { progress, said } = watched(false);
  using _ = progress;
  progress.begin("retire");
  for (const text of ["2 left", "2 left", "1 left"]) progress.note("retire", text);
  progress.end("retire", "failed", 1);
  for (const text of ["2 left", "2 left", "1 left"]) progress.note("undo retire", text);
  expect(said).toEqual([
    "00:00:00 UTC retire: 2 left",
    "00:00:00 UTC retire: 1 left",
    "00:00:00 UTC retire … failed 1 s",
    "00:00:00 UTC undo retire: 2 left",
    "00:00:00 UTC undo retire: 1 left",
  ]);
});

test("what is put back, or brought to its end, is shown at a terminal while it goes on, and to whoever interrupts it", () => {
  const { progress, shown, done } = watched(true);
  using _ = progress;
  progress.note("settle", "6 connections to green still open");
  expect(shown.at(-1)).toBe("⠋ settle  0 s  6 connections to green still open");
  expect(done.at(-1)).toBe("settle");
  progress.begin("stage");
  expect(shown.at(-1)).toBe("⠋ stage  0 s");
  progress.end("stage", "failed", 1);
  progress.note("undo stage", "creating green");
  expect(shown.at(-1)).toBe("⠋ undo stage  0 s  creating green");
  progress.end("stage", "undone", 1);
  expect(shown.at(-1)).toBeUndefined();
  expect(done.at(-1)).toBeUndefined();
});
