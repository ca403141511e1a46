import { appendFileSync, closeSync, mkdirSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { succeed } from "../../sdk/core/process/index.ts";

/** A file system of a megabyte, mounted over a folder, which a test fills to its last byte. */
export interface SmallDisk extends AsyncDisposable {
  folder: string;
  /** Takes all the space that is left. */
  fill(): void;
  /** Takes what is left of a file's last block too, but for these bytes: its next line does not fit any more. */
  fillUpTo(file: string, bytesLeft: number): void;
  free(): void;
}

const deadlineMs = 20_000;
const blockBytes = 4_096;

export async function mountSmallDisk(folder: string): Promise<SmallDisk> {
  mkdirSync(folder, { recursive: true });
  await succeed(["mount", "-t", "tmpfs", "-o", "size=1m,mode=0700", "tmpfs", folder], { deadlineMs });
  const ballast = join(folder, "ballast");
  const fill = () => {
    const descriptor = openSync(ballast, "a");
    try {
      for (;;) writeSync(descriptor, Buffer.alloc(blockBytes));
    } catch {
      // ENOSPC is what was wanted.
    } finally {
      closeSync(descriptor);
    }
  };
  return {
    folder,
    fill,
    fillUpTo(file, bytesLeft) {
      fill();
      // Empty lines are no records, and nobody misses them.
      const rest = blockBytes - (statSync(file).size % blockBytes);
      appendFileSync(file, "\n".repeat(Math.max(0, rest - bytesLeft)));
    },
    free: () => rmSync(ballast, { force: true }),
    async [Symbol.asyncDispose]() {
      await succeed(["umount", "--lazy", folder], { deadlineMs });
    },
  };
}
