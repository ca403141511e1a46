import { resolve } from "node:path";
import { succeed } from "../../sdk/core/process/index.ts";
import type { Fixed } from "../../sdk/jobs/permissions/index.ts";
import { type Tree, wanted } from "./tree.ts";

export interface Turns {
  scan: number[];
  find: number[];
  change: number[];
  chownChmod: number[];
  /** The most memory that fix-permissions had, in each of its runs, in MB. */
  peaks: number[];
}

const script = resolve(import.meta.dir, "../../scripts/fix-permissions.ts");
const deadlineMs = 300_000;
const other = 41_002;

/**
 * Measures in turns. What chown and chmod change away from what is wanted is what fix-permissions then changes back: each
 * meets a tree in which everything is wrong.
 */
export async function turnsOf(
  tree: Tree,
  rounds: number,
  signal: AbortSignal,
  say: (text: string) => void,
): Promise<Turns> {
  const turns: Turns = { scan: [], find: [], change: [], chownChmod: [], peaks: [] };
  for (let round = 0; round < rounds; round += 1) {
    say(`round ${round + 1} of ${rounds}`);
    signal.throwIfAborted();
    const looks = [
      async () => void turns.find.push(await timed(find(tree), signal)),
      async () => void turns.scan.push(await fix(tree, 0, turns, signal)),
    ];
    for (const look of round % 2 === 0 ? looks : looks.toReversed()) await look();
    const chown = await timed(["chown", "-R", `${other}:${other}`, tree.uploads], signal);
    const chmod = await timed(["chmod", "-R", "u=rwX,g=rX,o=", tree.uploads], signal);
    turns.chownChmod.push(chown + chmod);
    turns.change.push(await fix(tree, 1, turns, signal));
  }
  return turns;
}

/** The predicate that the policy is for find. */
function find({ uploads }: Tree): string[] {
  const { uid } = wanted;
  const wrongMode = [..."( -type d ! -perm 755 -o -type f ! -perm 644 )".split(" ")];
  return [
    "find",
    uploads,
    "(",
    "!",
    "-uid",
    `${uid}`,
    "-o",
    "!",
    "-gid",
    `${uid}`,
    "-o",
    ...wrongMode,
    ")",
    "-print",
  ];
}

async function timed(argv: readonly string[], signal: AbortSignal): Promise<number> {
  const started = performance.now();
  await succeed(argv, { deadlineMs, signal });
  return performance.now() - started;
}

/** Runs fix-permissions, and sees that it changed as much as it should: nothing, or everything. */
async function fix(tree: Tree, share: 0 | 1, turns: Turns, signal: AbortSignal): Promise<number> {
  const started = performance.now();
  const child = Bun.spawn([script, "--config", tree.configFile, "--json"], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
    signal,
  });
  const [text] = await Promise.all([new Response(child.stdout).text(), child.exited]);
  const took = performance.now() - started;
  const { result }: { result: Fixed } = JSON.parse(text);
  const changed = result.rules.find(({ rule }) => rule === "uploads")?.changed ?? 0;
  const all = result.looked - 50;
  if (child.exitCode !== 0 || (share === 0 ? changed !== 0 : changed < all))
    throw new Error(`fix-permissions changed ${changed} of ${result.looked}, and exited ${child.exitCode}`);
  turns.peaks.push((child.resourceUsage()?.maxRSS ?? 0) / 1e6);
  return took;
}
