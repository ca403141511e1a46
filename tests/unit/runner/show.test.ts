import { expect, test } from "bun:test";
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errnoOf } from "../../../sdk/core/files/index.ts";
import { succeed } from "../../../sdk/core/process/index.ts";
import { show } from "../../runner/show.ts";

/** A pipe that does not block, and is full. */
async function fullPipe() {
  const folder = mkdtempSync(join(tmpdir(), "switchover-show-"));
  const path = join(folder, "pipe");
  await succeed(["mkfifo", path], { deadlineMs: 10_000 });
  const descriptor = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  let filled = 0;
  try {
    for (;;) filled += writeSync(descriptor, Buffer.alloc(4_096));
  } catch (thrown) {
    if (errnoOf(thrown) !== "EAGAIN") throw thrown;
  }
  return {
    path,
    descriptor,
    filled,
    [Symbol.dispose]() {
      closeSync(descriptor);
      rmSync(folder, { recursive: true });
    },
  };
}

test("all of what a file prints is shown, however slowly it is read", async () => {
  using pipe = await fullPipe();
  const bytes = Buffer.alloc(600_000, "x");
  const script = `sleep 0.2; head -c ${pipe.filled + bytes.length} "$1" | tr -d '\\0' | wc -c`;
  const reader = Bun.spawn(["sh", "-c", script, "sh", pipe.path], { stdout: "pipe" });
  show(pipe.descriptor, bytes);
  expect((await new Response(reader.stdout).text()).trim()).toBe(String(bytes.length));
});

test("a reader that takes nothing is not waited for without end", async () => {
  using pipe = await fullPipe();
  const started = performance.now();
  show(pipe.descriptor, Buffer.alloc(10), 50);
  expect(performance.now() - started).toBeGreaterThanOrEqual(50);
});
