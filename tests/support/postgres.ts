import { succeed } from "../../sdk/core/process/index.ts";
import { docker, inspect } from "../../sdk/systems/docker/index.ts";
import { type Access, connect } from "../../sdk/systems/postgres/index.ts";

const image = "cell-hub-services:bookworm";
const deadlineMs = 60_000;

/** A PostgreSQL server of a test's own, in a container that is gone when it is disposed of. */
export interface PostgresServer extends AsyncDisposable {
  container: string;
  /** How its superuser reaches a database of it, by the container's own address. */
  access(database?: string): Access;
  /** Runs SQL as the superuser inside of the container, and gives what psql prints, unaligned. */
  psql(sql: string, database?: string, deadlineMs?: number): Promise<string>;
}

/**
 * @param flags more for `docker run`, such as a tmpfs.
 * @param settings of the server, such as `max_connections=20`.
 */
export async function startPostgres(
  flags: readonly string[] = [],
  settings: readonly string[] = [],
): Promise<PostgresServer> {
  const container = `switchover-test-postgres-${process.pid}-${crypto.randomUUID().slice(0, 8)}`;
  const password = "for a test: ' \" \\ € only";
  const variables = { POSTGRES_USER: "owner", POSTGRES_DB: "app", POSTGRES_PASSWORD: password };
  const named = Object.keys(variables).flatMap((name) => ["--env", name]);
  const memory = ["--shm-size", "256m", "--tmpfs", "/var/lib/postgresql/data"];
  const labels = { project: container, service: "postgres" };
  const labelled = Object.entries(labels).flatMap(([key, of]) => [
    "--label",
    `com.docker.compose.${key}=${of}`,
  ]);
  const run = ["run", "--detach", "--name", container, ...memory, ...named, ...labelled, ...flags];
  // The arguments after run-postgres go to the server: a test's data need not survive a power cut.
  const all = ["fsync=off", "full_page_writes=off", ...settings];
  const server = [image, "run-postgres", ...all.flatMap((setting) => ["-c", setting])];
  await docker([...run, ...server], { deadlineMs, env: variables });
  const remove = () => docker(["rm", "--force", "--volumes", container], { deadlineMs });
  try {
    const host = (await inspect([container], { deadlineMs }))[0]?.addresses[0];
    if (host === undefined) throw new Error(`${container} has no address`);
    const access = (database = "app"): Access => {
      return { host, port: 5432, user: "owner", password, database, tls: { mode: "off" } };
    };
    await untilServing(access());
    return {
      container,
      access,
      psql: async (sql, database = "app", withinMs = deadlineMs) => {
        const argv = ["docker", "exec", "-i", container, "psql", "-U", "owner", "-d", database];
        const flags = ["-tAqX", "-v", "ON_ERROR_STOP=1", "-f", "-"];
        return (await succeed([...argv, ...flags], { deadlineMs: withinMs, input: sql })).trim();
      },
      [Symbol.asyncDispose]: async () => void (await remove()),
    };
  } catch (thrown) {
    await remove();
    throw thrown;
  }
}

async function untilServing(access: Access): Promise<void> {
  const giveUpAt = Date.now() + deadlineMs;
  for (;;) {
    try {
      await using session = await connect(access, { connectMs: 2_000 });
      await session.query("SELECT 1");
      return;
    } catch (thrown) {
      if (Date.now() > giveUpAt) throw thrown;
      await Bun.sleep(100);
    }
  }
}
