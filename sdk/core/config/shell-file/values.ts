import { type Assignment, ShellFileFault } from "./parse.ts";

/** The values of a shell file, each read as what it has to be. */
export interface ShellValues {
  names: readonly string[];
  /** Undefined when the key is not there, or set to nothing. */
  text(key: string): string | undefined;
  /** The same, for a key that nothing works without. */
  required(key: string): string;
  count(key: string): number | undefined;
  flag(key: string): boolean | undefined;
  /** A bash list, or words in one text. */
  words(key: string): string[] | undefined;
  /** A path, without the `./` that shell scripts like. */
  folder(key: string): string | undefined;
  fault(key: string, problem: string): ShellFileFault;
}

/** The values of what was parsed; each that is not what it has to be throws a fault with its line. */
export function valuesOf(assignments: ReadonlyMap<string, Assignment>): ShellValues {
  const fault = (key: string, problem: string) =>
    new ShellFileFault(assignments.get(key)?.line ?? 0, key, problem);
  const text = (key: string) => {
    const value = assignments.get(key)?.value;
    if (value !== undefined && typeof value !== "string") throw fault(key, "expected one value, not a list");
    return value === undefined || value.trim() === "" ? undefined : value.trim();
  };
  return {
    names: [...assignments.keys()],
    text,
    fault,
    required(key) {
      const value = text(key);
      if (value === undefined) throw fault(key, "it is not set, and nothing works without it");
      return value;
    },
    count(key) {
      const value = text(key);
      if (value === undefined) return undefined;
      if (!/^\d{1,9}$/.test(value)) throw fault(key, "expected a whole number");
      return Number(value);
    },
    flag(key) {
      const value = text(key)?.toLowerCase();
      if (value === undefined) return undefined;
      if (!["true", "false"].includes(value)) throw fault(key, "expected true or false");
      return value === "true";
    },
    words(key) {
      const value = assignments.get(key)?.value;
      if (value !== undefined && typeof value !== "string") return [...value];
      return text(key)?.split(/\s+/);
    },
    folder: (key) => text(key)?.replace(/^(?:\.\/)+(?=.)/, ""),
  };
}

/** The entries that have a value: with exact optional properties, "not there" and "undefined" are two things. */
export function present<Fields extends Record<string, unknown>>(
  fields: Fields,
): { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> };
}

/** An object of these fields; undefined when the file says nothing of any. */
export function section<Fields extends Record<string, unknown>>(
  fields: Fields,
): ReturnType<typeof present<Fields>> | undefined {
  const said = present(fields);
  return Object.keys(said).length === 0 ? undefined : said;
}

/** A number of seconds, with its unit. */
export function seconds(count: number | undefined): string | undefined {
  return count === undefined ? undefined : `${count}s`;
}
