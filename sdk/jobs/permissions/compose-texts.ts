import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Configuration } from "../../core/config/index.ts";

const largestBytes = 1024 * 1024;

/**
 * The texts of all Compose files that lie in the project's folder or beside those of the configuration. Some are started by
 * hand only, and not every one is whole by itself: so they are not asked what they mount, but what they speak of.
 */
export function composeTexts({ root, platform, path }: Configuration): string[] {
  const { environments, shared } = platform;
  const files = [environments.blue, environments.green, shared].flatMap((values) => values.files.map(path));
  return [...new Set([root, ...files.map((file) => dirname(file))])].flatMap(textsIn);
}

function textsIn(folder: string): string[] {
  return namesIn(folder)
    .filter((name) => /compose[^/]*\.ya?ml$/i.test(name))
    .map((name) => textOf(join(folder, name)));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function textOf(path: string): string {
  try {
    const found = statSync(path);
    return found.isFile() && found.size <= largestBytes ? readFileSync(path, "utf8") : "";
  } catch {
    return "";
  }
}
