import { existsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** Where the file system that holds a path is mounted; the path itself need not exist yet. */
export function mountPointOf(path: string): string {
  let place = resolve(path);
  while (!existsSync(place)) place = dirname(place);
  const { dev } = statSync(place);
  for (let above = dirname(place); above !== place; above = dirname(place)) {
    if (statSync(above).dev !== dev) break;
    place = above;
  }
  return place;
}
