import { mkdtempSync, realpathSync, rmdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface SmallFileSystem extends Disposable {
  path: string;
  /** Uses up what is left of the space. */
  fill(): void;
}

/** Mounts a file system of so many kibibytes, which can really be filled. It needs root. */
export function smallFileSystem(kibibytes: number): SmallFileSystem {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "switchover-small-")));
  const mounted = Bun.spawnSync(["mount", "-t", "tmpfs", "-o", `size=${kibibytes}k`, "tmpfs", path]);
  if (mounted.exitCode !== 0) throw new Error(`a tmpfs cannot be mounted: ${mounted.stderr.toString()}`);
  return {
    path,
    fill() {
      try {
        writeFileSync(join(path, "filler"), Buffer.alloc((kibibytes + 4) * 1024));
      } catch {
        // ENOSPC is what was wanted.
      }
    },
    [Symbol.dispose]() {
      Bun.spawnSync(["umount", "--lazy", path]);
      rmdirSync(path);
    },
  };
}
