import type { PostgresFacts } from "../../core/manifest/index.ts";

type Held = Pick<
  PostgresFacts,
  "encoding" | "collation" | "characterType" | "extensions" | "tables" | "largeObjects"
>;

export interface Comparison {
  /** What is missing, or too much: the restored database is not what was backed up. */
  differences: string[];
  /** What is there in another version, which the server offers instead. */
  remarks: string[];
}

/** Holds what a restored database has against what was recorded in the dump's own snapshot. */
export function compare(recorded: Held, found: Held): Comparison {
  const versions = new Map(found.extensions.map(({ name, version }) => [name, version]));
  const other = recorded.extensions.filter(({ name, version }) => versions.get(name) !== version);
  return {
    differences: [
      ...(["encoding", "collation", "characterType", "largeObjects"] as const)
        .filter((fact) => recorded[fact] !== found[fact])
        .map((fact) => `${fact}: ${recorded[fact]} was backed up, ${found[fact]} is there`),
      ...tableDifferences(recorded.tables, found.tables),
      ...other
        .filter(({ name }) => !versions.has(name))
        .map(({ name }) => `the extension ${name} is missing`),
    ],
    remarks: other
      .filter(({ name }) => versions.has(name))
      .map(
        ({ name, version }) =>
          `the extension ${name} is of version ${versions.get(name)}, and was of ${version}`,
      ),
  };
}

function tableDifferences(recorded: Held["tables"], found: Held["tables"]): string[] {
  const key = ({ schema, name }: Held["tables"][number]) => JSON.stringify([schema, name]);
  const rows = new Map(found.map((table) => [key(table), table.rows]));
  const expected = new Set(recorded.map(key));
  return [
    ...recorded
      .filter((table) => rows.get(key(table)) !== table.rows)
      .map(
        (table) =>
          `${table.schema}.${table.name}: ${table.rows} rows were backed up, ${shown(rows.get(key(table)))}`,
      ),
    ...found
      .filter((table) => !expected.has(key(table)))
      .map(({ schema, name }) => `${schema}.${name} was not backed up`),
  ];
}

function shown(rows: number | undefined): string {
  return rows === undefined ? "and the table is missing" : `${rows} are there`;
}
