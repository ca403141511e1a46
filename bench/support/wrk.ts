import { join } from "node:path";
import { follow, run } from "../../sdk/core/process/index.ts";
import { collect } from "./collect.ts";
import { parseWrk, type WrkReport } from "./wrk-report.ts";

const connections = 50;
/** What a run that nobody stops ends at. */
const longestSeconds = 180;

/** The loopback, and the networks that tests and benchmarks make for their own containers. */
const ownAddress = /^http:\/\/(127\.0\.0\.1|172\.30\.\d+\.\d+)[:/]/;

export interface Wrk extends AsyncDisposable {
  /** Ends the run and gives its counts. */
  stop(): Promise<WrkReport>;
}

/** Saturates an address of this machine over 50 keep-alive connections, which never retry. */
export function startWrk(url: string): Wrk {
  const running = follow(wrkArgv(url, longestSeconds));
  const printed = collect(running);
  return {
    stop: async () => {
      running.child.kill("SIGINT");
      return parseWrk(await printed);
    },
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}

/** The same for a set time, on all processors or on those that a list for taskset names. */
export async function runWrk(
  url: string,
  seconds: number,
  signal: AbortSignal,
  processors?: string,
): Promise<WrkReport> {
  const place = processors === undefined ? [] : ["taskset", "--cpu-list", processors];
  const argv = [...place, ...wrkArgv(url, seconds)];
  const completed = await run(argv, { deadlineMs: seconds * 1_000 + 10_000, signal });
  if (completed.exitCode !== 0) throw new Error(`wrk exited ${completed.exitCode}: ${completed.stderr}`);
  return parseWrk(completed.stdout);
}

function wrkArgv(url: string, seconds: number): string[] {
  if (!ownAddress.test(url)) throw new Error(`${url} is not an address of this machine`);
  const script = join(import.meta.dir, "wrk-summary.lua");
  return ["wrk", "-t1", `-c${connections}`, `-d${seconds}s`, "-s", script, url];
}
