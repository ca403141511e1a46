import { Failure } from "../errors/index.ts";
import { writeTrouble } from "../files/index.ts";
import { openLineWriter } from "./line-writer.ts";

/** A record of what is about to be done and of what was done, which outlives the process and the power. */
export interface Journal<R extends object> extends Disposable {
  readonly path: string;
  /**
   * Writes the record and the time, `at`, and returns when it is safe on the disk.
   *
   * @throws Failure JOURNAL_NOT_WRITTEN; the record must then be taken as not written, and its step not begun.
   */
  append(record: R): void;
  close(): void;
}

export interface JournalOptions {
  /** Masks secrets in the free text of a record. The rest is written as it is: what is read back must keep its meaning. */
  redact?: ((text: string) => string) | undefined;
  /** The keys, at any depth, whose values are free text: what a tool said, or what failed and why. */
  freeText?: readonly string[] | undefined;
  clock?: (() => Date) | undefined;
}

const usualFreeText: readonly string[] = ["detail", "reason", "message", "why"];

/**
 * Opens a journal for writing, making it if needed. It expects the writer to hold the project's lock.
 *
 * @throws Failure JOURNAL_NOT_WRITTEN when the file cannot be opened.
 */
export function openJournal<R extends object>(path: string, options: JournalOptions = {}): Journal<R> {
  const { redact = (text: string) => text, freeText = usualFreeText, clock = () => new Date() } = options;
  const lines = orFail(path, () => openLineWriter(path));
  const masked = (key: string, value: unknown) => (freeText.includes(key) ? maskTexts(value, redact) : value);
  return {
    path,
    append(record) {
      const line = JSON.stringify({ at: clock().toISOString(), ...record }, masked);
      orFail(path, () => lines.append(line));
    },
    close: lines.close,
    [Symbol.dispose]: lines.close,
  };
}

function maskTexts(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === "string") return redact(value);
  return Array.isArray(value) ? value.map((item: unknown) => maskTexts(item, redact)) : value;
}

function orFail<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (thrown) {
    throw notWritten(path, thrown);
  }
}

function notWritten(path: string, thrown: unknown): Failure {
  const { errno, ...rest } = writeTrouble(path, thrown);
  return new Failure("JOURNAL_NOT_WRITTEN", {
    message: `the journal ${path} cannot be written${errno === undefined ? "" : ` (${errno})`}`,
    ...rest,
    cause: thrown,
  });
}
