import { Failure } from "../../core/errors/index.ts";
import { type ConnectOptions, connect, type Session } from "./connection.ts";
import { accessTo, type Server } from "./server.ts";

/** What every server has, unless somebody has dropped it. */
const usual = ["postgres", "template1"] as const;

/**
 * Connects to a database that is nobody's own, from which others are made, renamed and dropped.
 *
 * @throws Failure as `connect` does
 */
export async function connectForMaintenance(server: Server, options: ConnectOptions): Promise<Session> {
  const [first, second] = usual;
  try {
    return await connect(accessTo(server, first), options);
  } catch (thrown) {
    const isClosed =
      thrown instanceof Failure && ["DATABASE_UNKNOWN", "DATABASE_FORBIDDEN"].includes(thrown.code);
    if (!isClosed) throw thrown;
    return await connect(accessTo(server, second), options);
  }
}
