import { z } from "zod";
import { identifier, literal, type Session } from "./connection.ts";

const prefix = "switchover: ";

const markerSchema = z.object({
  /** Being filled; whole, and waiting to be looked at or swapped; or what stood there before a swap. */
  state: z.enum(["restoring", "restored", "kept"]),
  project: z.string(),
  /** The database whose place it is to take, or had. */
  database: z.string(),
  backup: z.string().optional(),
  at: z.iso.datetime(),
  /** The comment that the database had of its own, which it gets back in its place. */
  comment: z.string().optional(),
});

/** What a database of ours says of itself in its comment: the one property that its owner may set and that follows it through a rename. */
export type Marker = z.infer<typeof markerSchema>;

export interface Marked {
  name: string;
  marker: Marker;
  /** `pg_database_size`, bytes; undefined where this user may not know. */
  size: number | undefined;
}

/** The statement that marks a database. */
export function mark(name: string, marker: Marker): string {
  return comment(name, prefix + JSON.stringify(marker));
}

/** The statement that gives a database a comment, or none. */
export function comment(name: string, text: string | undefined): string {
  return `COMMENT ON DATABASE ${identifier(name)} IS ${text === undefined ? "NULL" : literal(text)}`;
}

/** The databases that a project's restores have left on a server, newest first; no other is ever among them. */
export async function markedDatabases(session: Session, project: string): Promise<Marked[]> {
  const rows = await session.query<{ name: string; comment: string; size: string | null }>(
    `SELECT datname AS name, shobj_description(oid, 'pg_database') AS comment,
            CASE WHEN has_database_privilege(oid, 'CONNECT') THEN pg_database_size(oid) END AS size
     FROM pg_database WHERE starts_with(shobj_description(oid, 'pg_database'), $1)`,
    [prefix],
  );
  return rows
    .flatMap(({ name, comment: text, size }) => {
      const marker = readMarker(text);
      return marker?.project === project
        ? [{ name, marker, size: size === null ? undefined : Number(size) }]
        : [];
    })
    .sort((one, other) => other.marker.at.localeCompare(one.marker.at));
}

/** What a comment says; undefined for one that is not ours. */
export function readMarker(text: string | null | undefined): Marker | undefined {
  if (!text?.startsWith(prefix)) return undefined;
  try {
    return markerSchema.safeParse(JSON.parse(text.slice(prefix.length))).data;
  } catch {
    return undefined;
  }
}
