import { Failure } from "../../core/errors/index.ts";
import { type ConnectOptions, connect, type Session } from "./connection.ts";
import { accessTo, type Server } from "./server.ts";

/** What every server has, unless somebody has dropped it. */
const usual = ["postgres", "template1"];

/**
 * Connects to a database that is nobody's own, from which others are made, renamed and dropped.
 *
 * @param renamed the database that is to get another name, which none of its own sessions can give it: an application may have
 *   `postgres` for its own.
 * @throws Failure as `connect` does
 */
export async function connectForMaintenance(
  server: Server,
  options: ConnectOptions,
  renamed?: string,
): Promise<Session> {
  const [first = "template1", second] = usual.filter((name) => name !== renamed);
  try {
    return await connect(accessTo(server, first), options);
  } catch (thrown) {
    const isClosed =
      thrown instanceof Failure && ["DATABASE_UNKNOWN", "DATABASE_FORBIDDEN"].includes(thrown.code);
    if (!isClosed || second === undefined) throw thrown;
    return await connect(accessTo(server, second), options);
  }
}
