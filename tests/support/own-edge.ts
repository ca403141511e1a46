import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Stack } from "./stack.ts";
import { configurationOf } from "./variant.ts";

/** Gives a stack that was not started yet a copy of the proxy's configuration, which a test may break. Gives its folder. */
export function ownEdge(stack: Stack): string {
  const { shared } = stack.prepared.composeFiles;
  const home = dirname(shared);
  const folder = join(stack.directory, "nginx");
  cpSync(join(home, "edge/nginx"), folder, { recursive: true });
  const file = join(stack.directory, "docker-compose.shared.yml");
  const text = readFileSync(shared, "utf8")
    .replace("./edge/nginx:", `${folder}:`)
    .replace("context: .", `context: ${home}`);
  writeFileSync(file, text);
  const { platform } = configurationOf(stack);
  stack.writeConfiguration({ platform: { ...platform, shared: { ...platform.shared, files: [file] } } });
  return folder;
}
