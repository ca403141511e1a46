import { messageOf } from "../../../core/errors/index.ts";
import { errnoOf } from "../../../core/files/index.ts";
import { close, type Directory, type Entry, joined, pathOf } from "../../../systems/tree/index.ts";
import type { Rule } from "../policy/rule.ts";
import { createBlock, longestPath } from "../record/block.ts";
import type { ChangeRecord } from "../record/write.ts";
import { countChange, deny, leave, type Tally } from "../tally.ts";
import { changeOne, type Waiting } from "./change-one.ts";
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
  /** How many folders may be kept open for changes that wait. */
  openFolders: number;
}

export function createBatch({ rules, self, tally, root, record, openFolders }: BatchOptions): Batch {
  const block = createBlock();
  const waiting: Waiting[] = [];
  let done: number[] = [];
  let folder: Directory<unknown> | undefined;
  let folderPath: Uint8Array = new Uint8Array();

  function flush(): void {
    try {
      if (waiting.length > 0) record?.append(block.sealed(), block.count);
      for (const change of waiting) carryOut(change);
    } finally {
      drop();
    }
  }

  function drop(): void {
    for (const descriptor of done) close(descriptor);
    done = [];
    waiting.length = 0;
    block.clear();
    folder = undefined;
  }

  function carryOut(change: Waiting): void {
    const path = () => joined(pathOf(change.directory), block.nameOf(change.place));
    try {
      const outcome = changeOne(block, change, record !== undefined);
      if (outcome === "right") return;
      if (typeof outcome === "string") leave(tally, outcome, path, root);
      else countChange(tally, change.ruleIndex, outcome, path, root);
    } catch (thrown) {
      const errno = errnoOf(thrown);
      if (errno === "ENOENT") return;
      if (errno === "ELOOP") leave(tally, "changed meanwhile", path, root);
      else if ((errno === "EPERM" || errno === "EACCES") && !self.root) deny(tally, path, root);
      else leave(tally, "failed", path, root, messageOf(thrown));
    }
  }

  return {
    flush,
    drop,
    add({ directory, descriptor, nameBytes, attributes }, ruleIndex, wanted) {
      const name = nameBytes();
      const rule = rules[ruleIndex];
      if (rule === undefined) return;
      if (folder !== directory) folderPath = pathOf(directory);
      if (folderPath.length > longestPath) {
        const path = () => joined(folderPath, name);
        return leave(tally, "failed", path, root, "its path is too long to be written down");
      }
      if (!block.hasRoom(name.length + folderPath.length)) flush();
      if (folder !== directory) block.addFolder(folderPath);
      folder = directory;
      const place = block.addChange(name, attributes.inode, attributes, wanted);
      waiting.push({ directory, descriptor, rule, ruleIndex, place, special: attributes.kind === "special" });
    },
    letGo(descriptor) {
      if (waiting.length === 0) return close(descriptor);
      done.push(descriptor);
      if (done.length >= openFolders) flush();
    },
  };
}
