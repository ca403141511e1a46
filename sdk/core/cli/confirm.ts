import { createInterface } from "node:readline/promises";
import { Failure } from "../errors/index.ts";
import type { Terminal } from "./terminal.ts";

export interface ConfirmOptions {
  /** The flag that answers instead of a person: `--yes`. */
  flag: string;
  /** What must be typed, for what is severe; `y` is enough without it. */
  expected?: string | undefined;
}

/** Asks a person at a terminal. Anything but the expected answer is a no. */
export async function ask(
  terminal: Terminal,
  question: string,
  { flag, expected }: ConfirmOptions,
  { json, signal }: { json: boolean; signal: AbortSignal },
): Promise<boolean> {
  if (json || !process.stdin.isTTY || !process.stderr.isTTY) throw nobodyToAsk(question, flag);
  terminal.prompt(`${question} ${expected === undefined ? "[y/N]" : `Type ${expected} to go on:`}`);
  // Not in readline's terminal mode, which would swallow Ctrl-C.
  const reader = createInterface({ input: process.stdin, terminal: false });
  try {
    const answer = (await firstLine(reader, signal)).trim();
    return expected === undefined ? /^y(es)?$/i.test(answer) : answer === expected;
  } finally {
    reader.close();
    process.stdin.pause();
  }
}

function firstLine(reader: ReturnType<typeof createInterface>, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    reader.once("line", resolve);
    reader.once("close", () => resolve(""));
    signal.addEventListener("abort", () => reject(interruptedQuestion()), { once: true });
  });
}

function interruptedQuestion(): Failure {
  return new Failure("INTERRUPTED", { message: "interrupted at a question", remedy: "run the script again" });
}

function nobodyToAsk(question: string, flag: string): Failure {
  return new Failure("CONFIRMATION_NEEDED", {
    message: `there is nobody to ask: ${question}`,
    why: "this does not run at a terminal",
    remedy: `give ${flag} to go on without being asked`,
    details: { flag },
  });
}
