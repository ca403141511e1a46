import type { SchemaNode } from "../../../core/config/index.ts";

/** One value as it is typed into a shell. */
export type Scalar = "text" | "number" | "time" | "size" | "value" | "json";

/** What a flag takes: a switch takes nothing, a list or a record is given once for each item. */
export type Shape =
  | { kind: "switch" }
  | { kind: "one" | "list" | "record"; of: Scalar; choices?: readonly string[] | undefined };

/** The shape of an option, and whether it can be switched off: what may be null is, by `--no-`. */
export function shapeOf(node: SchemaNode): { shape: Shape; nullable: boolean } {
  const alternatives = alternativesOf(node);
  const nullable = alternatives.some(isNull);
  return { shape: shaped(alternatives.filter((one) => !isNull(one))), nullable };
}

function shaped(alternatives: readonly SchemaNode[]): Shape {
  const list = alternatives.find(({ items }) => items !== undefined);
  if (list?.items !== undefined) return { kind: "list", ...scalar(alternativesOf(list.items)) };
  const record = alternatives.find(({ additionalProperties }) => typeof additionalProperties === "object");
  if (typeof record?.additionalProperties === "object")
    return { kind: "record", ...scalar(alternativesOf(record.additionalProperties)) };
  if (alternatives.length > 0 && alternatives.every(({ type }) => type === "boolean"))
    return { kind: "switch" };
  return { kind: "one", ...scalar(alternatives) };
}

function scalar(alternatives: readonly SchemaNode[]): { of: Scalar; choices?: readonly string[] } {
  const unit = alternatives.find((node) => node.unit !== undefined)?.unit;
  if (unit !== undefined) return { of: unit };
  const choices = alternatives.flatMap((node) => node.enum ?? []).filter((one) => typeof one === "string");
  if (choices.length > 0) return { of: "text", choices };
  const types = new Set(alternatives.map(({ type }) => (type === "integer" ? "number" : type)));
  const [only] = types;
  if (types.size === 1 && only === "string") return { of: "text" };
  if (types.size === 1 && only === "number") return { of: "number" };
  return { of: types.has("object") || types.has("array") ? "json" : "value" };
}

function alternativesOf(node: SchemaNode): readonly SchemaNode[] {
  if (node.anyOf !== undefined) return node.anyOf.flatMap(alternativesOf);
  return Array.isArray(node.type) ? node.type.map((type) => ({ ...node, type })) : [node];
}

function isNull({ type }: SchemaNode): boolean {
  return type === "null";
}
