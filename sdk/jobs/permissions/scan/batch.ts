import { messageOf } from "../../../core/errors/index.ts";
import { errnoOf } from "../../../core/files/index.ts";
import {
  close,
  type Directory,
  type Entry,
  joined,
  pathOf,
  pathOfEntry,
} from "../../../systems/tree/index.ts";
import type { Rule } from "../policy/rule.ts";
import { type Block, longestPath } from "../record/block.ts";
import type { ChangeRecord } from "../record/write.ts";
import { countChange, deny, leave, type Tally } from "../tally.ts";
import { changeOne } from "./change-one.ts";
import type { Wanted } from "./judge.ts";
import type { Self } from "./self.ts";

/** Changes that are gathered, written down together, and then made. */
export interface Batch {
  add(entry: Entry<unknown>, rule: number, wanted: Wanted): void;
  /** Takes a folder's descriptor, which changes that wait may still need. */
  letGo(descriptor: number): void;
  /** Writes down what is gathered, and changes it. @throws Failure STATE_NOT_WRITTEN; nothing of it is changed then. */
  flush(): void;
  /** Lets go of what is gathered, unchanged, and of every folder. */
  drop(): void;
}

export interface BatchOptions {
  rules: readonly Rule[];
  self: Self;
  tally: Tally;
  root: string;
  /** Undefined for a plan: everything is looked at as it would be, and nothing changed. */
  record: ChangeRecord | undefined;
  block: Block;
  /** How many folders may be kept open for changes that wait. */
  openFolders: number;
}

/** Longer than any name. */
const longestName = 256;

export function createBatch({ rules, self, tally, root, record, block, openFolders }: BatchOptions): Batch {
  // Beside each other, and not as objects: there are as many as there are files that differ.
  const waiting = {
    directories: [] as Directory<unknown>[],
    descriptors: [] as number[],
    rules: [] as number[],
    places: [] as number[],
  };
  let done: number[] = [];
  let folder: Directory<unknown> | undefined;
  let folderPath: Uint8Array = new Uint8Array();

  function flush(): void {
    try {
      if (block.count > 0) record?.append(block.sealed(), block.count);
      for (let index = 0; index < waiting.places.length; index += 1) carryOut(index);
    } finally {
      drop();
    }
  }

  function drop(): void {
    for (const descriptor of done) close(descriptor);
    done = [];
    for (const list of Object.values(waiting)) list.length = 0;
    block.clear();
    folder = undefined;
  }

  function carryOut(index: number): void {
    const ruleIndex = waiting.rules[index] ?? 0;
    const place = waiting.places[index] ?? 0;
    const rule = rules[ruleIndex];
    if (rule === undefined) return;
    try {
      const outcome = changeOne(block, place, waiting.descriptors[index] ?? -1, rule, record !== undefined);
      if (typeof outcome === "string") leave(tally, outcome, () => pathAt(index), root);
      else if (outcome !== 0) countChange(tally, ruleIndex, outcome, () => pathAt(index), root);
    } catch (thrown) {
      const errno = errnoOf(thrown);
      const path = () => pathAt(index);
      if (errno === "ENOENT") return;
      if (errno === "ELOOP") leave(tally, "changed meanwhile", path, root);
      else if ((errno === "EPERM" || errno === "EACCES") && !self.root) deny(tally, path, root);
      else leave(tally, "failed", path, root, messageOf(thrown));
    }
  }

  function pathAt(index: number): Uint8Array {
    const directory = waiting.directories[index];
    const name = block.nameOf(waiting.places[index] ?? 0);
    return directory === undefined ? name : joined(pathOf(directory), name);
  }

  return {
    flush,
    drop,
    add(entry, ruleIndex, wanted) {
      const { directory, descriptor, name, attributes } = entry;
      if (folder !== directory) folderPath = pathOf(directory);
      if (folderPath.length > longestPath) {
        const why = "its path is too long to be written down";
        return leave(tally, "failed", () => pathOfEntry(entry), root, why);
      }
      if (!block.hasRoom(longestName + folderPath.length)) flush();
      if (folder !== directory) block.addFolder(folderPath);
      folder = directory;
      waiting.places.push(block.addChange(name, attributes, wanted));
      waiting.directories.push(directory);
      waiting.descriptors.push(descriptor);
      waiting.rules.push(ruleIndex);
    },
    letGo(descriptor) {
      if (block.count === 0) return close(descriptor);
      done.push(descriptor);
      if (done.length >= openFolders) flush();
    },
  };
}
