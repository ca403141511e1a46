import { z } from "zod";
import type { Session } from "../../sdk/systems/postgres/index.ts";

const factsSchema = z.object({
  version: z.coerce.number(),
  versionName: z.string(),
  standby: z.boolean(),
  /** Connections that this role may still open. */
  connectionsLeft: z.coerce.number(),
  /** Whether it may see what other roles' sessions and the replicas do. */
  seesOthers: z.boolean(),
});

export type ServerFacts = z.infer<typeof factsSchema>;

/**
 * Three limits stand in the way of a new connection: the server's, the database's and the role's; -1 is none. A
 * superuser's own reserve counts for nobody else. An ordinary role does not see what kind of session another role's is:
 * one with a user and a database is taken for a client's.
 */
const question = `
  WITH used AS (
    SELECT count(*) AS everywhere,
           count(*) FILTER (WHERE datname = current_database()) AS here,
           count(*) FILTER (WHERE usename = current_user) AS mine
    FROM pg_stat_activity
    WHERE coalesce(backend_type = 'client backend', usesysid IS NOT NULL AND datid IS NOT NULL)
  )
  SELECT current_setting('server_version_num') AS version,
         current_setting('server_version') AS "versionName",
         pg_is_in_recovery() AS standby,
         pg_has_role('pg_read_all_stats', 'USAGE') AS "seesOthers",
         least(
           current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
             - coalesce(current_setting('reserved_connections', true), '0')::int - used.everywhere,
           CASE WHEN d.datconnlimit >= 0 THEN d.datconnlimit - used.here END,
           CASE WHEN r.rolconnlimit >= 0 THEN r.rolconnlimit - used.mine END
         ) AS "connectionsLeft"
  FROM used, pg_database d, pg_roles r
  WHERE d.datname = current_database() AND r.rolname = current_user`;

/** What the server says of itself. */
export async function serverFacts(session: Session): Promise<ServerFacts> {
  const [row] = await session.query(question);
  return factsSchema.parse(row);
}
