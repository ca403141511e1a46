/** No more differences than a person reads are told. */
const most = 5;
const longestValue = 80;

/**
 * Where an answer is not as expected: of objects only the members that are expected count, lists are compared one by one,
 * and numbers may differ by the tolerance. Gives up to five lines such as `areas[1] is 7, not 8`.
 */
export function differences(expected: unknown, actual: unknown, tolerance = 0): string[] {
  return [...compare(expected, actual, "", tolerance)].slice(0, most);
}

function* compare(expected: unknown, actual: unknown, path: string, tolerance: number): Generator<string> {
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual)) yield* different(expected, actual, path);
    else if (actual.length !== expected.length)
      yield `${named(path)} has ${actual.length} items, not ${expected.length}`;
    else
      for (const [index, item] of expected.entries())
        yield* compare(item, actual[index], `${path}[${index}]`, tolerance);
  } else if (isObject(expected)) {
    if (!isObject(actual)) yield* different(expected, actual, path);
    else
      for (const [key, value] of Object.entries(expected))
        yield* compare(
          value,
          Object.hasOwn(actual, key) ? actual[key] : undefined,
          path === "" ? key : `${path}.${key}`,
          tolerance,
        );
  } else if (typeof expected === "number" && typeof actual === "number") {
    if (!(Math.abs(expected - actual) <= tolerance)) yield* different(expected, actual, path);
  } else if (expected !== actual) yield* different(expected, actual, path);
}

function* different(expected: unknown, actual: unknown, path: string): Generator<string> {
  yield actual === undefined
    ? `${named(path)} is missing`
    : `${named(path)} is ${shown(actual)}, not ${shown(expected)}`;
}

const named = (path: string): string => (path === "" ? "the answer" : path);

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
}

/** What a text is as JSON; undefined when it is none. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
