import { dirname, isAbsolute, join } from "node:path";
import { Glob } from "bun";
import { type Token, tokens } from "./tokens.ts";

/** One directive, with the directives inside its braces; what it includes stands in its place. */
export interface Directive {
  name: string;
  args: readonly string[];
  block: readonly Directive[];
  file: string;
  line: number;
}

const heading = /^# configuration file (.+):$/m;

/** The files in what `nginx -T` prints, by name, the main one first. */
export function filesOfDump(dump: string): Map<string, string> {
  const [, ...parts] = dump.split(heading);
  const files = new Map<string, string>();
  for (let at = 0; at + 1 < parts.length; at += 2) files.set(parts[at] ?? "", parts[at + 1] ?? "");
  return files;
}

/** The directives of a dumped configuration, every include resolved from the dump itself. */
export function directivesOf(files: ReadonlyMap<string, string>): Directive[] {
  const [main] = files.keys();
  if (main === undefined) return [];
  return read(main, files, dirname(main), []);
}

function read(
  file: string,
  files: ReadonlyMap<string, string>,
  prefix: string,
  above: readonly string[],
): Directive[] {
  if (above.includes(file)) return [];
  const parsed = parseBlock(tokens((files.get(file) ?? "").replace(/^\n/, "")), file);
  return resolveIncludes(parsed, files, prefix, [...above, file]);
}

function resolveIncludes(
  directives: readonly Directive[],
  files: ReadonlyMap<string, string>,
  prefix: string,
  above: readonly string[],
): Directive[] {
  return directives.flatMap((directive) => {
    const [pattern] = directive.args;
    if (directive.name === "include" && pattern !== undefined) {
      const glob = new Glob(isAbsolute(pattern) ? pattern : join(prefix, pattern));
      const included = [...files.keys()].filter((file) => glob.match(file));
      return included.flatMap((file) => read(file, files, prefix, above));
    }
    return [{ ...directive, block: resolveIncludes(directive.block, files, prefix, above) }];
  });
}

function parseBlock(source: Iterator<Token>, file: string): Directive[] {
  const directives: Directive[] = [];
  let words: Token[] = [];
  const finish = (block: Directive[]) => {
    const [name, ...args] = words;
    words = [];
    if (name === undefined) return;
    directives.push({ name: name.text, args: args.map(({ text }) => text), block, file, line: name.line });
  };
  for (let next = source.next(); !next.done; next = source.next()) {
    const token = next.value;
    if (!token.mark) words.push(token);
    else if (token.text === "{") finish(parseBlock(source, file));
    else if (token.text === ";") finish([]);
    else return directives;
  }
  return directives;
}
