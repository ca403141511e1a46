import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Room, runFiles } from "./files.ts";
import type { FolderName } from "./folder-names.ts";
import { longestFirst } from "./longest.ts";
import type { Outcome } from "./outcome.ts";
import { show } from "./show.ts";

/**
 * How many run side by side on two processors. A test that brings up containers waits for them for about half of its time,
 * and one that needs none for two thirds. Faults are injected at moments that matter, and get more of the processors.
 */
const lanes: Record<FolderName, number> = { unit: 4, integration: 3, faults: 2, e2e: 3 };

type Judged = Omit<Outcome, "stage" | "durationMs">;

/**
 * Runs each file under a `bun test` of its own, some at a time, the longest first. What a file prints is shown in one
 * piece when the file is done.
 */
export async function runInLanes(files: readonly string[], room: Room): Promise<Judged> {
  const waiting = longestFirst(files);
  const judged: Judged[] = [];
  const lane = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift())
      judged.push(await runShownWhenDone([file], room));
  };
  await Promise.all(Array.from({ length: lanes[room.folder] }, lane));
  return together(judged);
}

/** Runs the files in as many shares as there are lanes, side by side, each under one `bun test`: quick ones need none of their own. */
export async function runInShares(files: readonly string[], room: Room): Promise<Judged> {
  const shares = lanes[room.folder];
  const each = Array.from({ length: shares }, (_, share) =>
    files.filter((_file, index) => index % shares === share),
  );
  const begun = each.filter((share) => share.length > 0).map((share) => runShownWhenDone(share, room));
  return together(await Promise.all(begun));
}

async function runShownWhenDone(files: readonly string[], room: Room): Promise<Judged> {
  if (room.signal.aborted) {
    const notes = files.map((file) => `${file}: not run, ${String(room.signal.reason)}`);
    return { passed: 0, failed: files.length, notes, files: [], failedTests: [] };
  }
  const dir = mkdtempSync(path.join(tmpdir(), "switchover-lane-"));
  const printed = path.join(dir, "printed");
  const output = openSync(printed, "a");
  try {
    return await runFiles(files, { ...room, output });
  } finally {
    closeSync(output);
    show(room.output, readFileSync(printed));
    rmSync(dir, { recursive: true, force: true });
  }
}

function together(judged: readonly Judged[]): Judged {
  return {
    passed: judged.reduce((sum, { passed }) => sum + passed, 0),
    failed: judged.reduce((sum, { failed }) => sum + failed, 0),
    notes: judged.flatMap(({ notes }) => notes),
    files: judged.flatMap(({ files }) => files),
    failedTests: judged.flatMap(({ failedTests }) => failedTests),
  };
}
