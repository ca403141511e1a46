import type { Exchanged } from "../../sdk/systems/http/index.ts";
import { atPath } from "../json/at-path.ts";
import { parsedJson } from "../json/differences.ts";
import type { EndpointOptions } from "./options.ts";

type Whole = Extract<Exchanged, { ok: true }>;

/** Everything about an answer that is not as it should be, one phrase each: `answers 503, not 2xx`. */
export function faultsOf(answer: Whole, options: EndpointOptions): string[] {
  return [
    ...statusFaults(answer, options),
    ...latencyFaults(answer, options),
    ...headerFaults(answer, options),
    ...bodyFaults(answer, options),
  ];
}

function statusFaults({ status }: Whole, { status: wanted }: EndpointOptions): string[] {
  const right = wanted === undefined ? status >= 200 && status < 300 : wanted.includes(status);
  return right ? [] : [`answers ${status}, not ${wanted?.join(" or ") ?? "2xx"}`];
}

function latencyFaults({ latencyMs }: Whole, { maxLatency }: EndpointOptions): string[] {
  if (maxLatency === undefined || latencyMs <= maxLatency) return [];
  return [`took ${Math.round(latencyMs)} ms, and ${maxLatency} ms are the limit`];
}

function headerFaults(
  { headers }: Whole,
  { headerPresent = [], headerEquals, headerMatches }: EndpointOptions,
): string[] {
  const value = (name: string) => headers.get(name.toLowerCase());
  const names = [...headerPresent, ...Object.keys(headerEquals), ...Object.keys(headerMatches)];
  const absent = new Set(names.filter((name) => value(name) === undefined));
  const unequal = Object.entries(headerEquals).filter(([name, wanted]) => value(name) !== wanted);
  const unmatched = Object.entries(headerMatches).filter(
    ([name, wanted]) => !new RegExp(wanted).test(value(name) ?? ""),
  );
  return [
    ...[...absent].map((name) => `has no header ${name}`),
    ...unequal
      .filter(([name]) => !absent.has(name))
      .map(([name, wanted]) => `has ${name}: ${shortly(value(name))}, not ${wanted}`),
    ...unmatched
      .filter(([name]) => !absent.has(name))
      .map(([name, wanted]) => `has ${name}: ${shortly(value(name))}, which does not match ${wanted}`),
  ];
}

function bodyFaults({ headers, body }: Whole, { bodyJson, bodyContains = [] }: EndpointOptions): string[] {
  const text = decoded(body, headers.get("content-type"));
  const lacking = bodyContains
    .filter((wanted) => !text.includes(wanted))
    .map((wanted) => `its body does not contain ${JSON.stringify(wanted)}`);
  const rules = Object.entries(bodyJson);
  if (rules.length === 0) return lacking;
  const document = parsedJson(text);
  if (document === undefined) return [...lacking, `its body is no JSON: ${shortly(text)}`];
  const wrong = rules.flatMap(([path, wanted]) => {
    const found = atPath(document, path);
    if (found === wanted) return [];
    return [
      `its ${path} is ${found === undefined ? "not there" : shortly(JSON.stringify(found))}, not ${JSON.stringify(wanted)}`,
    ];
  });
  return [...lacking, ...wrong];
}

/** The text of a body, in the encoding that its type names; UTF-8 where it names none that is known. */
function decoded(body: Uint8Array, type: string | undefined): string {
  const label = /;\s*charset="?([\w-]+)/i.exec(type ?? "")?.[1];
  try {
    // Its type knows three of its many encodings.
    return new TextDecoder(label as ConstructorParameters<typeof TextDecoder>[0]).decode(body);
  } catch {
    return new TextDecoder().decode(body);
  }
}

const shownCharacters = 120;

function shortly(text: string | undefined): string {
  const line = (text ?? "").replaceAll(/\s+/g, " ").trim();
  return line.length <= shownCharacters ? line : `${line.slice(0, shownCharacters)}…`;
}
