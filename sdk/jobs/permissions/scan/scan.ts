import { messageOf } from "../../../core/errors/index.ts";
import { errnoOf } from "../../../core/files/index.ts";
import {
  type Entry,
  namesOf,
  openFilesAllowed,
  pathOfEntry,
  type Walk,
  walk,
} from "../../../systems/tree/index.ts";
import { type Base, basesOf, liesIn } from "../policy/bases.ts";
import type { Policy } from "../policy/policy.ts";
import { type Met, meet, type Scope } from "../policy/scope.ts";
import type { ChangeRecord } from "../record/write.ts";
import { deny, leave, type Tally } from "../tally.ts";
import { type Batch, createBatch } from "./batch.ts";
import { holdsDatabase } from "./database.ts";
import { judge, type Wanted } from "./judge.ts";
import { type Opened, openBase } from "./open-base.ts";
import { type Self, selfOf } from "./self.ts";

export interface ScanOptions {
  policy: Policy;
  tally: Tally;
  /** Where changes are written down before they are made; undefined for a plan, which makes none. */
  record: ChangeRecord | undefined;
  /** Lets the rest of the program have its turn. */
  turn: () => Promise<void> | undefined;
}

/** What is open beside folders: the log, the lock, the record, the program's own. */
const otherFiles = 48;

/**
 * Walks through everything that the policy names, and changes what differs from it, a batch at a time.
 *
 * @throws Failure STATE_NOT_WRITTEN, and the signal's reason once it fires: what was changed until then stays changed, and
 *   is in the record.
 */
export async function scan({ policy, tally, record, turn }: ScanOptions): Promise<void> {
  const { rules, root } = policy;
  const folders = Math.max(4, Math.min(512, Math.floor((openFilesAllowed() - otherFiles) / 2)));
  const self = selfOf();
  const batch = createBatch({ rules, self, tally, root, record, openFolders: folders >> 1 });
  const mounts: Uint8Array[][] = [];
  const course = courseOf(policy, tally, self, batch, folders, mounts);
  const isCutOff = ({ names }: Base, from: readonly Uint8Array[]) =>
    mounts.some((mount) => liesIn(names, mount) && !liesIn(from, mount));
  try {
    const walked: Base[] = [];
    for (const base of basesOf(rules)) {
      const isReached = walked.some(({ names }) => liesIn(base.names, names) && !isCutOff(base, names));
      const start = openBase(base, isReached, policy, tally);
      if (start === undefined) continue;
      walked.push(base);
      await walkFrom(start, course, () => batch.settle() ?? turn());
      await batch.settle();
    }
    await batch.finish();
  } finally {
    await batch.end();
  }
}

async function walkFrom(
  { entry, rule, enter }: Opened,
  course: Walk<Scope> & { visit: (entry: Entry<Scope>, rule: number) => void },
  turn: () => Promise<void> | undefined,
): Promise<void> {
  try {
    if (rule !== undefined) course.visit(entry, rule);
    const start = entered(enter, entry, course);
    if (start === undefined) return;
    for (const _ of walk(start, course)) {
      const pause = turn();
      // Not awaited for nothing: there may be a million folders.
      if (pause !== undefined) await pause;
    }
  } finally {
    course.letGo(entry.descriptor);
  }
}

/** It may be closed to this process, or have been replaced since it was looked at. */
function entered(
  enter: Opened["enter"],
  entry: Entry<Scope>,
  course: Walk<Scope>,
): ReturnType<Opened["enter"]> {
  try {
    return enter();
  } catch (thrown) {
    if (errnoOf(thrown) === undefined) throw thrown;
    if (errnoOf(thrown) !== "ENOENT") course.trouble(pathOfEntry(entry), messageOf(thrown));
    return undefined;
  }
}

function courseOf(
  { rules, root }: Policy,
  tally: Tally,
  self: Self,
  batch: Batch,
  openFolders: number,
  mounts: Uint8Array[][],
) {
  const wanted: Wanted = { uid: 0, gid: 0, mode: 0, denied: false };
  const bases = basesOf(rules);
  let met: Met = { rule: undefined, scope: undefined };

  function visit(entry: Entry<Scope>, index: number): void {
    const rule = rules[index];
    if (rule === undefined) return;
    tally.looked += 1;
    const judgement = judge(rule, entry.attributes, self, wanted);
    if (judgement === "link") tally.links += 1;
    else if (judgement === "change") batch.add(entry, index, wanted);
    else if (judgement !== "right") leave(tally, judgement, () => pathOfEntry(entry), root);
    if (judgement !== "link" && wanted.denied) deny(tally, () => pathOfEntry(entry), root);
  }

  return {
    visit,
    openFolders,
    letGo: (descriptor) => batch.letGo(descriptor),
    concerns(scope, name) {
      if (scope.settled !== undefined) return true;
      met = meet(rules, scope, name.bytes());
      return met.rule !== undefined || met.scope !== undefined;
    },
    meet(entry) {
      const { scope } = entry.directory;
      const rule = scope.settled ?? met.rule;
      const below = scope.settled === undefined ? met.scope : scope;
      const own = rule !== undefined && rules[rule]?.onlyItself === true;
      if (entry.attributes.kind === "directory" && !own && holdsDatabase(entry)) {
        leave(tally, "database", () => pathOfEntry(entry), root);
        return undefined;
      }
      if (rule !== undefined) visit(entry, rule);
      return below;
    },
    trouble: (path, why) => {
      if (!self.root && /EACCES|EPERM/.test(why)) deny(tally, () => path, root);
      else leave(tally, "failed", () => path, root, why);
    },
    mount(path) {
      const names = namesOf(path);
      // What the policy names is walked through by itself: the mount, or what it names in it.
      if (bases.some((base) => liesIn(base.names, names))) mounts.push(names);
      else leave(tally, "mount", () => path, root);
    },
  } satisfies Walk<Scope> & { visit: (entry: Entry<Scope>, rule: number) => void };
}
