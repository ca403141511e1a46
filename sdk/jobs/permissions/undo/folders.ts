import { close, openDirectory } from "../../../systems/tree/index.ts";

export interface Folders {
  open: (path: Uint8Array) => number;
  close: () => void;
}

const keptOpen = 16;

/** Folders by their paths, the last ones kept open: entries come in the order of their folders. */
export function openFolders(): Folders {
  const open = new Map<string, number>();
  return {
    open(path) {
      const key = Buffer.from(path).toString("latin1");
      const known = open.get(key);
      if (known !== undefined) return known;
      const [oldest] = open;
      if (open.size >= keptOpen && oldest !== undefined) {
        close(oldest[1]);
        open.delete(oldest[0]);
      }
      const descriptor = openDirectory(path);
      open.set(key, descriptor);
      return descriptor;
    },
    close() {
      for (const descriptor of open.values()) close(descriptor);
    },
  };
}
