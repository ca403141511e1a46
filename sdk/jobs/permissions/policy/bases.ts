import type { Pattern } from "./pattern.ts";
import type { Rule } from "./rule.ts";

/** Where a walk begins: the names from the root of the file system that a pattern begins with. */
export interface Base {
  names: readonly Uint8Array[];
  /** Undefined where the pattern's wildcards begin below it: it then matters only for what is in it. */
  rule: Rule;
  /** Whether the pattern is this very path. */
  literal: boolean;
}

/** The places to begin at, each once, those above others first. */
export function basesOf(rules: readonly Rule[]): Base[] {
  const bases = new Map<string, Base>();
  for (const rule of rules) {
    for (const pattern of rule.paths) {
      const names = literalPart(pattern);
      const key = Buffer.from(pathOfNames(names)).toString("latin1");
      const known = bases.get(key);
      const literal = names.length === pattern.segments.length;
      if (known === undefined || (literal && !known.literal)) bases.set(key, { names, rule, literal });
    }
  }
  return [...bases.values()].sort((one, other) => one.names.length - other.names.length);
}

function literalPart({ segments }: Pattern): Uint8Array[] {
  const wild = segments.findIndex(({ kind }) => kind !== "literal");
  return segments.slice(0, wild < 0 ? segments.length : wild).map(({ bytes }) => bytes);
}

/** The absolute path of these names. */
export function pathOfNames(names: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(names.flatMap((name) => [Buffer.from("/"), name]));
}

/** Whether one path lies in another, or is it. */
export function liesIn(names: readonly Uint8Array[], above: readonly Uint8Array[]): boolean {
  return (
    above.length <= names.length &&
    above.every((name, index) => Buffer.from(name).equals(names[index] ?? new Uint8Array()))
  );
}
