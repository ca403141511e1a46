import { addressOf, cString, lastError, openLibc } from "../../sdk/core/libc/index.ts";
import { close, openDirectory, openDirectoryAt } from "../../sdk/systems/tree/index.ts";

const libc = openLibc({ mkdirat: { args: ["int", "ptr", "u32"], returns: "int" } });

/** Makes folders in each other, deeper than any path may be long. */
export function deepFolders(top: string, depth: number): void {
  const name = Buffer.from("a-folder-in-a-folder");
  const ended = cString(name);
  let here = openDirectory(Buffer.from(top));
  for (let level = 0; level < depth; level += 1) {
    if (libc.mkdirat(here, addressOf(ended), 0o700) !== 0) throw lastError("mkdirat");
    const next = openDirectoryAt(here, name);
    close(here);
    here = next;
  }
  close(here);
}
