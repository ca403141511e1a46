import type { z } from "zod";
import { inputSchema, type SchemaNode, shownDuration, shownSize } from "../../../core/config/index.ts";
import { type Shape, shapeOf } from "./shape.ts";

/** An option of a check, as a flag of the shell. */
export interface Flag {
  /** The option: `minimumInodes`. */
  key: string;
  /** The flag: `minimum-inodes`. */
  name: string;
  shape: Shape;
  nullable: boolean;
  required: boolean;
  /** As a person would write it; undefined where there is none. */
  usual: unknown;
  description: string;
}

/** The flags of a check, made from the schema of its options. */
export function flagsOf(options: z.ZodObject): Flag[] {
  const schema = inputSchema(options);
  return Object.entries(schema.properties ?? {}).map(([key, node]) => ({
    key,
    name: key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    ...shapeOf(node),
    required: schema.required?.includes(key) ?? false,
    usual: usualOf(node),
    description: node.description ?? "",
  }));
}

/** A default that is written with a unit stands in the schema as a number. */
function usualOf(node: SchemaNode): unknown {
  const { shape } = shapeOf(node);
  if (shape.kind !== "one" || typeof node.default !== "number") return node.default;
  if (shape.of === "time") return shownDuration(node.default);
  return shape.of === "size" ? shownSize(node.default) : node.default;
}
