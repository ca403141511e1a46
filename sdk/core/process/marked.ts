import { readdirSync, readFileSync } from "node:fs";

const rounds = 3;
const betweenRoundsMs = 100;

/**
 * Ends every process of this machine that was started with this variable, wherever it runs: in a container, too. Looks
 * more than once, since one may just be starting. Those of other users are out of reach for all but root.
 */
export async function endMarked(name: string, value: string): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    if (round > 0) await Bun.sleep(betweenRoundsMs);
    for (const pid of marked(`${name}=${value}`)) kill(pid);
  }
}

function marked(variable: string): number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => pid !== process.pid && environmentOf(pid).includes(variable));
}

function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  } catch {
    // It has gone, or is another user's.
    return [];
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has gone by itself.
  }
}
