import type { SchemaNode } from "../../sdk/core/config/index.ts";
import { shownDefault, shownType } from "./words.ts";

/** One key of the configuration, as the page shows it. */
export interface Key {
  path: string;
  type: string;
  /** "required", a default, or empty for a key that may be left out. */
  default: string;
  description: string;
}

/** An object, a list of objects, or one variant of an object, with the keys in it. */
export interface Section {
  title: string;
  description: string;
  keys: Key[];
}

/** The keys of an object's schema, those inside of its parts among them. */
export function keysIn(schema: SchemaNode): Key[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, node]) =>
    keysOf(name, node, isRequired(schema, name)),
  );
}

/** The keys of a schema: those that stand alone first, then a section for each object. */
export function sectionsOf(schema: SchemaNode): Section[] {
  const entries = Object.entries(schema.properties ?? {});
  const alone = entries.filter(([, node]) => !isCompound(node));
  const keys = alone.flatMap(([name, node]) => keysOf(name, node, isRequired(schema, name)));
  const project: Section = { title: "The project", description: "", keys };
  const compound = entries.filter(([, node]) => isCompound(node));
  return [project, ...compound.flatMap(([name, node]) => sectionOf(name, node))];
}

function sectionOf(name: string, node: SchemaNode): Section[] {
  if (node.oneOf === undefined) {
    const description = node.description ?? "";
    return [{ title: `\`${name}\``, description, keys: inside(name, node) }];
  }
  return node.oneOf.map((variant, index) => ({
    title: `\`${name}\`, ${chosenBy(variant)}`,
    description: index === 0 ? (node.description ?? "") : "",
    keys: inside(name, variant),
  }));
}

/** The key that tells a variant from the others, with its value. */
function chosenBy(variant: SchemaNode): string {
  const [name, node] =
    Object.entries(variant.properties ?? {}).find(([, { const: fixed }]) => fixed !== undefined) ?? [];
  return `${name}: ${JSON.stringify(node?.const)}`;
}

function inside(path: string, node: SchemaNode): Key[] {
  if (node.items !== undefined) return inside(`${path}[]`, node.items);
  if (node.oneOf !== undefined) return node.oneOf.flatMap((variant) => inside(path, variant));
  return Object.entries(node.properties ?? {}).flatMap(([name, child]) =>
    keysOf(`${path}.${name}`, child, isRequired(node, name)),
  );
}

/** A leaf is one key; an object is a line of its own where it may be left out, and the keys inside of it. */
function keysOf(path: string, node: SchemaNode, required: boolean): Key[] {
  const own: Key = {
    path,
    type: shownType(node),
    default: required ? "required" : shownDefault(node),
    description: node.description ?? "",
  };
  return isCompound(node) ? [{ ...own, default: required ? "required" : "" }, ...inside(path, node)] : [own];
}

function isCompound(node: SchemaNode): boolean {
  return node.oneOf !== undefined || node.properties !== undefined || node.items?.properties !== undefined;
}

function isRequired(parent: SchemaNode, name: string): boolean {
  return parent.required?.includes(name) ?? false;
}
