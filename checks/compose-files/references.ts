import { readFileSync } from "node:fs";
import { parseAllDocuments, visit } from "yaml";
import type { CheckContext } from "../../sdk/core/finding/index.ts";

/** A `${VARIABLE}` of a Compose file that has no default of its own. */
export interface Reference {
  variable: string;
  file: string;
  line: number;
}

/** `$$` is a dollar sign; the operator behind the name is `:-`, `-`, `:?`, `?`, `:+`, `+` or none. */
const pattern = /\$(?:(?<escaped>\$)|\{(?<braced>[A-Za-z_]\w*)(?<operator>:?[-?+])?|(?<bare>[A-Za-z_]\w*))/g;

/** The variables in a text that must come from outside, `:?` ones too; those with a default are left out. */
export function variablesIn(text: string): string[] {
  return [...text.matchAll(pattern)].flatMap(({ groups = {} }) => {
    const { braced, bare, operator } = groups;
    const name = braced ?? bare;
    const optional = operator?.endsWith("-") || operator?.endsWith("+");
    return name === undefined || optional ? [] : [name];
  });
}

/**
 * The same as `referencesIn`, while Compose is at work, and once where several environments have the same files. What
 * goes wrong is told to whoever waits for it.
 */
export function referencesBeside(
  files: readonly string[],
  { share, signal }: Pick<CheckContext, "share" | "signal">,
): Promise<Reference[]> {
  const read = async () => {
    // The other checks' commands are to be started first.
    await Bun.sleep(0);
    return referencesIn(files);
  };
  const references = share?.(JSON.stringify(["references", files]), read, signal) ?? read();
  void references.catch(() => undefined);
  return references;
}

/** The first place of each variable without a default, in the values of these Compose files. Comments do not count. */
export function referencesIn(files: readonly string[]): Reference[] {
  const found = new Map<string, Reference>();
  for (const file of files) {
    for (const reference of inFile(file)) {
      if (!found.has(reference.variable)) found.set(reference.variable, reference);
    }
  }
  return [...found.values()];
}

function inFile(file: string): Reference[] {
  const text = readFileSync(file, "utf8");
  const references: Reference[] = [];
  for (const document of parseAllDocuments(text)) {
    visit(document, {
      Scalar(key, node) {
        // Compose interpolates values only, and a value that is an alias was seen at its anchor.
        if (key === "key" || typeof node.value !== "string") return;
        const line = text.slice(0, node.range?.[0] ?? 0).split("\n").length;
        for (const variable of variablesIn(node.value)) references.push({ variable, file, line });
      },
    });
  }
  return references;
}
