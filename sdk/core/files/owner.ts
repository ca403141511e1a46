import {
  closeSync,
  constants,
  fchownSync,
  fstatSync,
  openSync,
  readdirSync,
  type Stats,
  statSync,
} from "node:fs";
import { dirname } from "node:path";

/**
 * Gives an open file that root made to the owner of its folder: what one run as root leaves must not keep the project's own
 * user from all those that follow.
 */
export function giveToFolderOwner(descriptor: number, path: string): void {
  giveTo(statSync(dirname(path)), descriptor);
}

/** Gives what is open, and root's, to the owner of its folder. A file with a second name may be somebody's elsewhere, and stays. */
export function giveTo({ uid, gid }: Pick<Stats, "uid" | "gid">, descriptor: number): void {
  if (process.geteuid?.() !== 0) return;
  const file = fstatSync(descriptor);
  if (file.uid === uid || (file.isFile() && file.nlink > 1)) return;
  fchownSync(descriptor, uid, gid);
}

const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK } = constants;

/**
 * Gives a folder in which root alone has worked, with the files that lie in it, to the owner of the folder above it. It goes
 * last: nobody else can put anything into it before.
 *
 * @param descriptor the folder, open
 */
export function giveWhole(descriptor: number, path: string): void {
  if (process.geteuid?.() !== 0 || fstatSync(descriptor).uid !== 0) return;
  const owner = statSync(dirname(path));
  for (const name of readdirSync(`/proc/self/fd/${descriptor}`)) {
    const file = openSync(`/proc/self/fd/${descriptor}/${name}`, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      giveTo(owner, file);
    } finally {
      closeSync(file);
    }
  }
  giveTo(owner, descriptor);
}

/** Opens a folder, and no link to one. */
export function openFolder(path: string): number {
  return openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
}
