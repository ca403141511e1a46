import { copyFile, mkdir, readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { log, reason } from "../runtime/log.ts";

/**
 * Puts this release's assets beside those of the releases before it, where the proxy serves them from: a page that was
 * loaded before the switch still finds its own afterwards. Names hold their content's hash, so nothing is overwritten
 * with something else. Without the directory the site still works, from the active frontend.
 */
export async function publishAssets(from: string, to: string | undefined): Promise<void> {
  if (!to) return;
  try {
    await mkdir(to, { recursive: true });
    for (const name of await readdir(from)) await publish(join(from, name), join(to, name));
  } catch (error) {
    log("assets not published", { reason: reason(error) });
  }
}

async function publish(from: string, to: string): Promise<void> {
  if (await Bun.file(to).exists()) return;
  const temporary = `${to}.${crypto.randomUUID()}.tmp`;
  await copyFile(from, temporary);
  await rename(temporary, to);
}
