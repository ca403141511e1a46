import { closeSync } from "node:fs";
import { Failure } from "../errors/index.ts";
import { errnoOf } from "../files/index.ts";
import { heldFailure, notTakenFailure } from "./failures.ts";
import { tryFlock, unflock } from "./flock.ts";
import type { LockHolder } from "./holder.ts";
import { clearHolder, isStillAt, openLockFile, writeHolder } from "./lock-file.ts";
import { readSettledHolder } from "./read.ts";

/** The project's lock, held. The kernel frees it when this process dies, however it dies. */
export interface Lock extends Disposable {
  /** Tells whoever finds the lock held what is being done now. */
  update(patch: { doing?: string | undefined; release?: string | undefined }): void;
  /** Frees the lock; a second call does nothing. */
  release(): void;
}

/**
 * How long readers alone may be in the way, in milliseconds. Each is there for microseconds, but on a busy machine one can
 * lose the processor just then; another run is never waited for.
 */
const patienceMs = 2_000;

/**
 * Takes the project's lock, at once or not at all.
 *
 * @param directoryMode the mode of the lock's folder, where it must be made.
 * @throws Failure LOCK_HELD, which names the holder; LOCK_NOT_TAKEN when the file cannot be opened or locked.
 */
export function acquireLock(path: string, holder: LockHolder, directoryMode = 0o700): Lock {
  const descriptor = takeFile(path, directoryMode);
  let current = holder;
  let held = true;
  writeHolder(descriptor, current);
  const release = () => {
    if (!held) return;
    held = false;
    clearHolder(descriptor);
    closeSync(descriptor);
  };
  return {
    update(patch) {
      if (!held) return;
      current = {
        ...current,
        doing: patch.doing ?? current.doing,
        release: patch.release ?? current.release,
      };
      writeHolder(descriptor, current);
    },
    release,
    [Symbol.dispose]: release,
  };
}

function takeFile(path: string, directoryMode: number): number {
  const started = performance.now();
  for (;;) {
    const descriptor = open(path, directoryMode);
    try {
      if (lockExclusively(descriptor, path, started) && isStillAt(path, descriptor)) return descriptor;
    } catch (thrown) {
      closeSync(descriptor);
      throw thrown instanceof Failure ? thrown : notTakenFailure(path, thrown);
    }
    closeSync(descriptor);
    if (performance.now() - started > patienceMs) throw heldFailure(path, readSettledHolder(path));
  }
}

/**
 * An exclusive lock is refused both by another run and by a reader's passing probe. A shared lock tells them
 * apart: it is refused by another run only.
 */
function lockExclusively(descriptor: number, path: string, started: number): boolean {
  while (!tryFlock(descriptor, "exclusive")) {
    if (!tryFlock(descriptor, "shared")) throw heldFailure(path, readSettledHolder(path));
    unflock(descriptor);
    if (performance.now() - started > patienceMs) return false;
    Bun.sleepSync(Math.random());
  }
  return true;
}

function open(path: string, directoryMode: number): number {
  try {
    return openLockFile(path, directoryMode);
  } catch (thrown) {
    throw notTakenFailure(path, thrown, errnoOf(thrown));
  }
}
