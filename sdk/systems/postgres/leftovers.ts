import { connect } from "./connection.ts";
import { accessTo, type Server } from "./server.ts";
import { toolName } from "./tools.ts";

/**
 * Ends what is still at work in this database of a run of ours that was cut off: a program in a container outlives the
 * one that started it. The caller holds the project's lock, so that nobody of that name is at work there; the server cuts the
 * name off as it does any other.
 *
 * @throws Failure as `connect` does
 */
export async function endLeftTools(server: Server, database: string): Promise<void> {
  await using session = await connect(accessTo(server, database));
  await session.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE application_name = $1::name::text AND datname = current_database() AND usename = current_user`,
    [toolName(server)],
  );
}
