import type { Misbehaviour } from "../../runtime/misbehaviour.ts";
import type { Migration } from "./read.ts";

/** The migration that goes wrong as it was asked to, behind those of the release; none otherwise. */
export function misbehavingMigrations({ kind }: Misbehaviour): Migration[] {
  const ending: Partial<Record<Misbehaviour["kind"], string>> = {
    "failing-migration": "SELECT fails_on_purpose();",
    "hanging-migration": "SELECT pg_sleep(3600);",
  };
  const sql = ending[kind];
  return sql
    ? [{ id: `999_${kind}`, sql: `CREATE TABLE misbehaving (id int);\n${sql}`, breaksPrevious: false }]
    : [];
}
