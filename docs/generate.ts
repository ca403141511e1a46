#!/usr/bin/env -S bun --no-env-file --no-install
/**
 * bun docs/generate.ts [--check]
 *
 * Writes docs/configuration.md from the schema, and from the checks docs/checks.md and the two modules that name them
 * all; with --check it only says which of them is not current, and ends with 1 when one is not.
 */
import { resolve } from "node:path";
import { allModule, catalogueModule } from "./generate/check-modules.ts";
import { checkFiles } from "./generate/checks.ts";
import { checksPage } from "./generate/checks-page.ts";
import { configurationPage } from "./generate/page.ts";

const flags = process.argv.slice(2);
const say = (text: string) => void process.stderr.write(`${text}\n`);

if (flags.some((flag) => flag !== "--check")) {
  say("usage: bun docs/generate.ts [--check]");
  process.exitCode = 2;
} else {
  for (const [name, text] of Object.entries(await generated())) {
    const file = resolve(import.meta.dir, "..", name);
    if ((await textOf(file)) === text) continue;
    if (flags.length > 0) {
      say(`${name} is not what it is made from: run bun docs/generate.ts`);
      process.exitCode = 1;
    } else {
      await Bun.write(file, text);
      say(`${name} is written`);
    }
  }
}

async function generated(): Promise<Record<string, string>> {
  const files = await checkFiles();
  return {
    "docs/configuration.md": configurationPage(),
    "docs/checks.md": checksPage(files),
    "checks/all.ts": allModule(files),
    "checks/catalogue.ts": catalogueModule(files),
  };
}

async function textOf(path: string): Promise<string> {
  const page = Bun.file(path);
  return (await page.exists()) ? page.text() : "";
}
