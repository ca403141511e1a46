import { writeSync } from "node:fs";
import { errnoOf } from "../../sdk/core/files/index.ts";

/** A reader that takes nothing for so long is not waited for: what it was to be shown is no part of the result. */
const patienceMs = 30_000;
const betweenTriesMs = 10;

/**
 * Writes all of it in one piece to an open file that may be a pipe which does not block: one that is full takes a part, or
 * nothing, until its reader has read on.
 */
export function show(output: number, bytes: Uint8Array, patience = patienceMs): void {
  let giveUpAt = performance.now() + patience;
  for (let written = 0; written < bytes.length && performance.now() < giveUpAt; ) {
    const taken = write(output, bytes.subarray(written));
    written += taken;
    if (taken > 0) giveUpAt = performance.now() + patience;
    else Bun.sleepSync(betweenTriesMs);
  }
}

function write(output: number, bytes: Uint8Array): number {
  try {
    return writeSync(output, bytes);
  } catch (thrown) {
    if (errnoOf(thrown) === "EAGAIN") return 0;
    throw thrown;
  }
}
