import { nameOfErrno } from "../../../core/libc/index.ts";
import { close, type Directory, type Entry, pathOf, pathOfEntry } from "../../../systems/tree/index.ts";
import type { Rule } from "../policy/rule.ts";
import { longestPath } from "../record/block.ts";
import type { ChangeRecord } from "../record/write.ts";
import { countChange, deny, leave, type Tally } from "../tally.ts";
import { firstLeft, leftOutcomes, type Outcomes } from "./apply.ts";
import { openHands } from "./hands.ts";
import type { Wanted } from "./judge.ts";
import { clear, createLoad, type Load, pathIn, taskOf } from "./load.ts";
import type { Self } from "./self.ts";

/** Changes that are gathered, written down together, and then made while the next ones are gathered. */
export interface Batch {
  add(entry: Entry<unknown>, rule: number, wanted: Wanted): void;
  /** Takes a folder's descriptor, which changes that wait may still need. */
  letGo(descriptor: number): void;
  /**
   * To be called after each of the kernel's answers: once enough is gathered, it is written down, and begun with. There is
   * nothing to wait for otherwise.
   *
   * @throws Failure STATE_NOT_WRITTEN; nothing of what is gathered is changed then
   */
  settle(): Promise<void> | undefined;
  /** Writes down what is left, and waits until everything is made. @throws Failure STATE_NOT_WRITTEN */
  finish(): Promise<void>;
  /** Waits for what is being made, and lets go of everything else, unchanged. */
  end(): Promise<void>;
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

/** A batch that gathers changes, and hands each load of them over to the thread that makes them. */
export function createBatch({ rules, self, tally, root, record, openFolders }: BatchOptions): Batch {
  const hands = openHands();
  let [filling, spare] = [createLoad(), createLoad()];
  let making: Promise<void> | undefined;
  let folder: Directory<unknown> | undefined;
  let folderPath: Uint8Array = new Uint8Array();

  async function handOver(): Promise<void> {
    const load = filling;
    if (load.block.count > 0) record?.append(load.block.sealed(), load.block.count);
    await making;
    [filling, spare] = [spare, load];
    folder = undefined;
    making = make(load);
    // Whoever waits for it later hears of what it runs into; until then nobody does.
    making.catch(() => {});
  }

  async function make(load: Load): Promise<void> {
    try {
      if (load.places.length > 0) tell(load, await hands.apply(taskOf(load, record !== undefined)));
    } finally {
      clear(load);
    }
  }

  function tell(load: Load, outcomes: Outcomes): void {
    outcomes.forEach((outcome, index) => {
      if (outcome === 0) return;
      const path = () => pathIn(load, index);
      const left = leftOutcomes[outcome - firstLeft];
      if (outcome < 0) tellError(nameOfErrno(-outcome), path);
      else if (left !== undefined) leave(tally, left, path, root);
      else countChange(tally, load.rules[index] ?? 0, outcome, path, root);
    });
  }

  function tellError(errno: string, path: () => Uint8Array): void {
    if (errno === "ENOENT") return;
    if (errno === "ELOOP") leave(tally, "changed meanwhile", path, root);
    else if ((errno === "EPERM" || errno === "EACCES") && !self.root) deny(tally, path, root);
    else leave(tally, "failed", path, root, errno);
  }

  return {
    add(entry, ruleIndex, wanted) {
      const { directory, descriptor, name, attributes } = entry;
      const { block, places, directories, folders, rules: ruleIndexes, mayHaveLinks } = filling;
      if (folder !== directory) folderPath = pathOf(directory);
      if (folderPath.length > longestPath) {
        const why = "its path is too long to be written down";
        return leave(tally, "failed", () => pathOfEntry(entry), root, why);
      }
      if (folder !== directory) block.addFolder(folderPath);
      folder = directory;
      places.push(block.addChange(name, attributes, wanted));
      directories.push(directory);
      folders.push(descriptor);
      ruleIndexes.push(ruleIndex);
      mayHaveLinks.push(rules[ruleIndex]?.also.has("hard-links") === true ? 1 : 0);
    },
    letGo(descriptor) {
      if (filling.block.count === 0 && making === undefined) return close(descriptor);
      filling.done.push(descriptor);
    },
    settle: () => (filling.block.isFull() || filling.done.length >= openFolders ? handOver() : undefined),
    async finish() {
      await handOver();
      await making;
    },
    async end() {
      try {
        await making;
      } finally {
        hands.end();
        for (const load of [filling, spare]) clear(load);
      }
    },
  };
}
