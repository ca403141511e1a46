import { basename, join } from "node:path";
import { Glob } from "bun";
import { run } from "../../sdk/core/process/index.ts";
import { bun } from "../support/bun.ts";
import { type Contestant, inTurns } from "../support/turns.ts";

const scriptsFolder = join(import.meta.dir, "../../scripts");
const bareName = "bun -e 1";

export interface HelpTimes {
  bare: number[];
  /** Milliseconds of each script, by its name. */
  scripts: Record<string, number[]>;
}

/** Times `--help` of every script against a Bun that does nothing, in turn. */
export async function helpTimes(rounds: number, signal: AbortSignal): Promise<HelpTimes> {
  const contestants: Record<string, Contestant<number>> = { [bareName]: () => timed(["-e", "1"]) };
  for (const file of [...new Glob("*.ts").scanSync(scriptsFolder)].sort())
    contestants[basename(file, ".ts")] = () => timed([join(scriptsFolder, file), "--help"]);
  // What is read for the first time comes from the disk; that is nobody's start.
  await inTurns(1, contestants, signal);
  const { [bareName]: bare = [], ...scripts } = await inTurns(rounds, contestants, signal);
  return { bare, scripts };
}

/** How long this takes from its start to its end; nothing else runs in this process meanwhile. */
async function timed(args: readonly string[]): Promise<number> {
  const argv = [...bun, ...args];
  const started = performance.now();
  const { exitCode } = Bun.spawnSync(argv, { stdin: "ignore", stdout: "ignore", stderr: "ignore" });
  const tookMs = performance.now() - started;
  if (exitCode === 0) return tookMs;
  const { stderr } = await run(argv, { deadlineMs: 10_000 });
  throw new Error(`${argv.join(" ")} exited ${exitCode}\n${stderr}`);
}
