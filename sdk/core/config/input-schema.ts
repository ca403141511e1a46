import { z } from "zod";

const children = z.lazy((): z.ZodType<SchemaNode> => node);

/** The part of JSON Schema that zod writes for what people configure. */
const node = z.object({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  description: z.string().optional(),
  default: z.unknown().optional(),
  const: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  format: z.string().optional(),
  unit: z.enum(["time", "size"]).optional(),
  minimum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  maximum: z.number().optional(),
  required: z.array(z.string()).optional(),
  items: children.optional(),
  anyOf: z.array(children).optional(),
  oneOf: z.array(children).optional(),
  properties: z.record(z.string(), children).optional(),
  additionalProperties: z.union([z.boolean(), children]).optional(),
});

/** A schema as a person sees it: what may be written, and what it means. */
export interface SchemaNode {
  /** Several where null may be written too. */
  type?: string | string[] | undefined;
  description?: string | undefined;
  default?: unknown;
  const?: unknown;
  enum?: unknown[] | undefined;
  format?: string | undefined;
  unit?: "time" | "size" | undefined;
  minimum?: number | undefined;
  exclusiveMinimum?: number | undefined;
  maximum?: number | undefined;
  required?: string[] | undefined;
  items?: SchemaNode | undefined;
  anyOf?: SchemaNode[] | undefined;
  oneOf?: SchemaNode[] | undefined;
  properties?: Record<string, SchemaNode> | undefined;
  additionalProperties?: boolean | SchemaNode | undefined;
}

/** A schema, as a person writes what it reads, with the defaults as the scripts get them. */
export function inputSchema(of: z.ZodType): SchemaNode {
  const schema = z.toJSONSchema(of, {
    io: "input",
    // Of a time or a size zod leaves the default out, because it is a number and what is written a text.
    override: ({ zodSchema, jsonSchema }) => {
      const { def } = zodSchema._zod;
      if (def.type === "default")
        jsonSchema.default ??= (def as z.core.$ZodDefaultDef).defaultValue as number;
    },
  });
  return node.parse(schema);
}
