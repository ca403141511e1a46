/** What stands in a JSON document at a path with dots, `checks.0.ok`; undefined when there is nothing. */
export function atPath(document: unknown, path: string): unknown {
  let at = document;
  for (const key of path.split(".")) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<string, unknown>)[key];
  }
  return at;
}
