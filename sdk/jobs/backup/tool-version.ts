import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const packageSchema = z.object({ version: z.string() });

/** The version of Switchover, as its package says it. */
export function toolVersion(): string {
  const text = readFileSync(join(import.meta.dir, "../../../package.json"), "utf8");
  return packageSchema.parse(JSON.parse(text)).version;
}
