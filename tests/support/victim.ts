import { readdirSync, readFileSync } from "node:fs";
import type { JournalRecord } from "../../sdk/jobs/deploy/course.ts";
import { newRecords } from "./journals.ts";
import type { ScriptRun, Started } from "./script.ts";
import type { Stack } from "./stack.ts";

/** A run of the script that is to be cut off. */
export interface Victim extends Started {
  /** Resolves as soon as such a record stands in a journal; rejects when the script ends without it. */
  reaches(isIt: (record: JournalRecord) => boolean): Promise<void>;
  /** Ends the script alone, as the kernel does: it can do nothing about it. */
  kill(): Promise<ScriptRun>;
  /** What the script has started and is still there, by command line. */
  leftBehind(): string[];
}

const betweenLooksMs = 1;
const variable = "SWITCHOVER_TEST_MARK";

/** Starts the script with a mark in its environment, which everything that it starts inherits. */
export function startVictim(stack: Stack, flags: readonly string[]): Victim {
  const written = newRecords(stack);
  const mark = `${variable}=${crypto.randomUUID()}`;
  const started = stack.start(flags, { [variable]: mark.slice(variable.length + 1) });
  let ended: ScriptRun | undefined;
  void started.ended.then((run) => {
    ended = run;
  });
  return {
    ...started,
    async reaches(isIt) {
      while (!written().some(isIt)) {
        if (ended !== undefined)
          throw new Error(`ended with ${ended.exitCode} before that:\n${ended.stderr}`);
        await Bun.sleep(betweenLooksMs);
      }
    },
    kill() {
      started.child.kill("SIGKILL");
      return started.ended;
    },
    leftBehind: () => processesMarked(mark),
  };
}

/** The processes that carry the mark, of those that are more than a name waiting to be collected. */
function processesMarked(mark: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => textOf(`/proc/${pid}/environ`).split("\0").includes(mark))
    .map((pid) => `${pid} ${textOf(`/proc/${pid}/cmdline`).replaceAll("\0", " ")}`);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}
