import { errnoOf } from "./errno.ts";
import { mountPointOf } from "./mount-point.ts";

export interface WriteTrouble {
  errno: string | undefined;
  why: string;
  remedy: string;
  details: Record<string, unknown>;
}

/** What a person has to know when a file of the project's own cannot be written: above all, on which file system it is. */
export function writeTrouble(path: string, thrown: unknown): WriteTrouble {
  const errno = errnoOf(thrown);
  const mountPoint = mountPointOf(path);
  return {
    errno,
    why: thrown instanceof Error ? thrown.message : String(thrown),
    remedy: remedyFor(errno, mountPoint),
    details: { path, fileSystem: mountPoint, ...(errno === undefined ? {} : { errno }) },
  };
}

function remedyFor(errno: string | undefined, mountPoint: string): string {
  switch (errno) {
    case "ENOSPC":
    case "EDQUOT":
      return `free space on the file system at ${mountPoint} (df -h ${mountPoint}; df -i ${mountPoint}), then run again`;
    case "EROFS":
      return `find out why the file system at ${mountPoint} is read-only (dmesg), then run again`;
    case "EACCES":
    case "EPERM":
      return `run as the user that owns the files of Switchover there, which is on the file system at ${mountPoint}`;
    default:
      return `look at the file system at ${mountPoint} (dmesg, df -h ${mountPoint}), then run again`;
  }
}
