import { lstatSync } from "node:fs";

/** `1001:1001 644` */
export function ownerAndMode(path: string): string {
  const { uid, gid, mode } = lstatSync(path);
  return `${uid}:${gid} ${(mode & 0o7777).toString(8)}`;
}
