import { type SchemaNode, shownDuration, shownSize } from "../../sdk/core/config/index.ts";

const formats: Record<string, string> = { uri: "URL", email: "email address" };

/** What may be written for a key, in words. */
export function shownType(node: SchemaNode): string {
  if (node.const !== undefined) return JSON.stringify(node.const);
  if (node.enum !== undefined) return node.enum.map((value) => JSON.stringify(value)).join(" or ");
  if (node.anyOf !== undefined) return node.anyOf.map(shownType).join(" or ");
  if (node.unit !== undefined) return node.unit;
  if (node.items !== undefined) return listed(node.items);
  if (typeof node.additionalProperties === "object")
    return `names with a ${shownType(node.additionalProperties)} each`;
  if (node.type === "integer" || node.type === "number") return `${shownNumber(node.type)}${bounds(node)}`;
  if (Array.isArray(node.type)) return node.type.join(" or ");
  return formats[node.format ?? ""] ?? node.type ?? "object";
}

function shownNumber(type: string): string {
  return type === "integer" ? "whole number" : type;
}

/** `list of strings`, `list of whole numbers, 1 to 65535`, `list of "start" or "failure"`. */
function listed(items: SchemaNode): string {
  const [noun = "", ...bounds] = shownType(items).split(", ");
  const many = noun.endsWith('"') ? noun : `${noun}${noun.endsWith("s") ? "es" : "s"}`;
  return `list of ${[many, ...bounds].join(", ")}`;
}

/** zod bounds every integer by what a number can hold; that tells nobody anything. */
function bounds({ minimum, maximum, exclusiveMinimum }: SchemaNode): string {
  const from = minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER ? minimum : undefined;
  const to = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined;
  if (from !== undefined && to !== undefined) return `, ${from} to ${to}`;
  if (from !== undefined) return `, ${from} or more`;
  if (exclusiveMinimum !== undefined) return `, above ${exclusiveMinimum}`;
  return to === undefined ? "" : `, ${to} at most`;
}

/** A key's default as a person would write it; empty where there is none. */
export function shownDefault(node: SchemaNode): string {
  const { default: value, unit } = node;
  if (value === undefined) return "";
  if (typeof value === "number" && unit === "time") return code(JSON.stringify(shownDuration(value)));
  if (typeof value === "number" && unit === "size") return code(JSON.stringify(shownSize(value)));
  return code(JSON.stringify(value));
}

/** A text as code in Markdown. */
export function code(text: string): string {
  return `\`${text}\``;
}
