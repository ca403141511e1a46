import type { Access } from "./access.ts";
import { connect } from "./connection.ts";
import { toolName } from "./tools.ts";

/**
 * Ends what is still at work in this database of a run of ours that was cut off: a program in a container outlives the
 * one that started it. The caller holds the project's lock, so that nobody is at work there.
 *
 * @throws Failure as `connect` does
 */
export async function endLeftTools(access: Access): Promise<void> {
  await using session = await connect(access);
  await session.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE application_name = $1 AND datname = current_database() AND usename = current_user`,
    [toolName],
  );
}
