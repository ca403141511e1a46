import { parseDuration, parseSize } from "../../../core/config/index.ts";
import { Failure } from "../../../core/errors/index.ts";
import type { Flag } from "./flag.ts";
import type { Scalar } from "./shape.ts";

/**
 * The options of a check from the texts of a command line, for its schema to check: that knows what is right.
 *
 * @param given what commander read, by the options' keys: a text, several, or whether a switch is on
 * @param help the command that describes the flags
 * @throws Failure USAGE for a flag that is missing, and for a text that is not of its flag's kind.
 */
export function readFlags(
  flags: readonly Flag[],
  given: Record<string, unknown>,
  help: string,
): Record<string, unknown> {
  const missing = flags.filter(({ key, required }) => required && given[key] === undefined);
  if (missing.length > 0) throw misused(needed(missing.map(({ name }) => `--${name}`)), help);
  try {
    return Object.fromEntries(flags.flatMap((flag) => typed(flag, given[flag.key])));
  } catch (thrown) {
    throw thrown instanceof Misread ? misused(thrown.message, help) : thrown;
  }
}

/** A text that is not of its flag's kind. */
class Misread extends Error {}

function typed(flag: Flag, value: unknown): [string, unknown][] {
  // commander says of a switch that is on by default that it is on, whether it was typed or not.
  const isGiven = value !== undefined && value !== flag.usual;
  return isGiven ? [[flag.key, read(flag, value)]] : [];
}

function read({ name, shape, nullable }: Flag, value: unknown): unknown {
  if (shape.kind === "switch") return value;
  if (value === false && nullable) return null;
  const texts = Array.isArray(value) ? value.map(String) : [String(value)];
  if (shape.kind === "record") return Object.fromEntries(texts.map((text) => pair(name, shape.of, text)));
  const read = texts.map((text) => scalar(name, shape.of, text));
  return shape.kind === "list" ? read : read[0];
}

function pair(name: string, of: Scalar, text: string): [string, unknown] {
  const at = text.indexOf("=");
  if (at > 0) return [text.slice(0, at), scalar(name, of, text.slice(at + 1))];
  throw wrong(name, text, "a name and a value with = between them");
}

function scalar(name: string, of: Scalar, text: string): unknown {
  if (of === "text") return text;
  if (of === "value") {
    const value = parsed(text);
    return value === undefined ? text : value;
  }
  const { read, expected } = kinds[of];
  const value = read(text);
  if (value === undefined) throw wrong(name, text, expected);
  return value;
}

const number = (text: string) => (/^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined);

/**
 * Times and sizes are checked here and handed on as they were typed: the schema of the check gives them their meaning.
 * A number without a unit is refused, since `--minimum 10` would be ten bytes, which there always are.
 */
function measured(text: string, parse: (text: string) => number | undefined): string | number | undefined {
  if (text === "0") return 0;
  return parse(text) === undefined ? undefined : text;
}

const kinds: Record<
  "number" | "time" | "size" | "json",
  { read: (text: string) => unknown; expected: string }
> = {
  number: { read: number, expected: "a number" },
  time: {
    read: (text) => measured(text, parseDuration),
    expected: 'a time with its unit, such as "30s" or "5m"',
  },
  size: {
    read: (text) => measured(text, parseSize),
    expected: 'a size with its unit, such as "10GB" or "512MiB"',
  },
  json: { read: parsed, expected: "JSON" },
};

/** What the text says as JSON; undefined when it is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function needed(flags: readonly string[]): string {
  return `${flags.join(", ")} ${flags.length === 1 ? "is" : "are"} missing`;
}

function wrong(name: string, text: string, expected: string): Misread {
  return new Misread(`--${name}: expected ${expected}, not ${JSON.stringify(text)}`);
}

function misused(message: string, help: string): Failure {
  return new Failure("USAGE", { message, remedy: `see ${help}` });
}
