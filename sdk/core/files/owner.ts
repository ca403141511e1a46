import { fchownSync, fstatSync, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Gives an open file that root made to the owner of its folder: what one run as root leaves must not keep the project's own
 * user from all those that follow.
 */
export function giveToFolderOwner(descriptor: number, path: string): void {
  if (process.geteuid?.() !== 0) return;
  const file = fstatSync(descriptor);
  const folder = statSync(dirname(path));
  if (file.uid !== folder.uid) fchownSync(descriptor, folder.uid, folder.gid);
}
