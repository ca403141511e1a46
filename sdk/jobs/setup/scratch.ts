import { existsSync } from "node:fs";
import { mkdtemp, readdir } from "node:fs/promises";
import path from "node:path";
import { run } from "../../core/process/index.ts";

/** An empty directory that is gone again when its holder lets it go. */
export interface Scratch extends AsyncDisposable {
  readonly path: string;
}

const place = "/var/tmp";

/** What is mounted below it, by something that was ended half-way, is not deleted with it. */
async function remove(dir: string): Promise<void> {
  await run(["rm", "-rf", "--one-file-system", dir], { deadlineMs: 60_000 });
}

/** A process that was killed could not clear up behind itself: its number, in the name, tells. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(place)) {
    const pid = /^switchover-setup-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) await remove(path.join(place, name));
  }
}

/** Makes a scratch directory. It is in /var/tmp, for /tmp may be in memory, or forbid programs and devices. */
export async function scratch(): Promise<Scratch> {
  await removeLeftovers();
  const dir = await mkdtemp(path.join(place, `switchover-setup-${process.pid}-`));
  return { path: dir, [Symbol.asyncDispose]: () => remove(dir) };
}
