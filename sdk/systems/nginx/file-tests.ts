import { join } from "node:path";
import type { Directive } from "./configuration.ts";

/** An `if (-f …)` or `if (-e …)` of a configuration. */
export interface FileTest {
  /** Where the worker looks: a relative path starts from its working_directory, and stays relative where none is named. */
  path: string;
  file: string;
  line: number;
  /** The open_file_cache in force around it, which answers it from memory; undefined when none is. */
  cache: { args: readonly string[]; file: string; line: number } | undefined;
}

const test = /^\(\s*!?-[fe]\s+(\S+?)\s*\)$/;

/** Every test for a file of a whole configuration, with the cache that could answer it. */
export function fileTests(directives: readonly Directive[]): FileTest[] {
  const [folder = ""] = directives.find(({ name }) => name === "working_directory")?.args ?? [];
  return testsIn(directives, undefined).map((found) =>
    found.path.startsWith("/") ? found : { ...found, path: join(folder, found.path) },
  );
}

function testsIn(directives: readonly Directive[], inherited: FileTest["cache"]): FileTest[] {
  // The order inside a block does not matter to nginx: what the block says is in force in all of it.
  const said = directives.findLast(({ name }) => name === "open_file_cache");
  const cache = said === undefined ? inherited : said.args[0] === "off" ? undefined : said;
  return directives.flatMap((directive) => {
    const path = directive.name === "if" ? test.exec(directive.args.join(" "))?.[1] : undefined;
    const { file, line } = directive;
    const own: FileTest[] = path === undefined ? [] : [{ path, file, line, cache }];
    return [...own, ...testsIn(directive.block, cache)];
  });
}
