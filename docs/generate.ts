#!/usr/bin/env -S bun --no-env-file --no-install
/**
 * bun docs/generate.ts [--check]
 *
 * Writes docs/configuration.md from the schema; with --check it only says whether the page is current, and ends with 1
 * when it is not.
 */
import { join } from "node:path";
import { configurationPage } from "./generate/page.ts";

const file = join(import.meta.dir, "configuration.md");
const flags = process.argv.slice(2);
const say = (text: string) => void process.stderr.write(`${text}\n`);

if (flags.some((flag) => flag !== "--check")) {
  say("usage: bun docs/generate.ts [--check]");
  process.exitCode = 2;
} else if (flags.length === 0) {
  await Bun.write(file, configurationPage());
  say("docs/configuration.md is written");
} else if ((await textOf(file)) !== configurationPage()) {
  say("docs/configuration.md is not what the schema says: run bun docs/generate.ts");
  process.exitCode = 1;
}

async function textOf(path: string): Promise<string> {
  const page = Bun.file(path);
  return (await page.exists()) ? page.text() : "";
}
