import { existsSync, realpathSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** Whether a path is a folder, or lies below it, or would once it is made; by whichever links either is told. */
export function isWithin(path: string, folder: string): boolean {
  const sought = statSync(folder, { throwIfNoEntry: false });
  if (sought === undefined) return false;
  let place = resolve(path);
  while (!existsSync(place)) place = dirname(place);
  place = realpathSync(place);
  for (;;) {
    const { dev, ino } = statSync(place);
    if (dev === sought.dev && ino === sought.ino) return true;
    if (dirname(place) === place) return false;
    place = dirname(place);
  }
}
