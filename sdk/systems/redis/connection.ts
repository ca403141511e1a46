import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { readText } from "../../core/files/index.ts";
import { RedisError, type Reply, readReply } from "./reply.ts";

export interface RedisServer {
  host: string;
  port: number;
  /** Redis's own user "default" when there is none. */
  user?: string | undefined;
  password?: string | undefined;
  database?: number | undefined;
  /** TLS, the server's certificate verified; `caFile` names an authority of one's own. */
  tls?: { caFile?: string | undefined } | undefined;
  /** Milliseconds that connecting, and each command, may take. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

/** One connection, closed when it is disposed of. It asks one command after another, and never connects again. */
export interface RedisSession extends Disposable {
  /**
   * Sends a command and gives its answer.
   *
   * @throws RedisError for what Redis refuses; an Error when the connection ends, or the answer is late.
   */
  command(...words: string[]): Promise<Exclude<Reply, RedisError>>;
}

/**
 * Connects to Redis, and logs in where a password is given. One connection and one deadline for each answer, on purpose:
 * a client that connects again by itself would hide the very thing that a check is to see.
 *
 * @throws RedisError when Redis does not let us in; an Error when it cannot be reached in time.
 */
export async function connectRedis(server: RedisServer): Promise<RedisSession> {
  const session = openSession(await open(server), server);
  try {
    const { user, password, database } = server;
    // A user without a password logs in all the same: who is named must not be looked at as another one.
    if (password !== undefined || user !== undefined)
      await session.command("AUTH", ...(user === undefined ? [] : [user]), password ?? "");
    if (database !== undefined && database !== 0) await session.command("SELECT", String(database));
    return session;
  } catch (thrown) {
    session[Symbol.dispose]();
    throw thrown;
  }
}

function open({ host, port, tls, timeoutMs, signal }: RedisServer): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const own = tls?.caFile === undefined ? {} : { ca: readText(tls.caFile) };
  const socket =
    tls === undefined
      ? connectTcp({ host, port })
      : connectTls({
          host,
          port,
          ...(isIP(host) === 0 ? { servername: host } : {}),
          ...own,
          // Whatever NODE_TLS_REJECT_UNAUTHORIZED says.
          rejectUnauthorized: true,
        });
  const timer = setTimeout(() => reject(new Error(`no connection within ${timeoutMs} ms`)), timeoutMs);
  const abort = () => reject(new Error("the look was ended"));
  signal?.addEventListener("abort", abort, { once: true });
  socket.once(tls === undefined ? "connect" : "secureConnect", () => resolve(socket));
  socket.once("error", reject);
  return promise
    .catch((thrown: unknown) => {
      socket.on("error", () => undefined);
      socket.destroy();
      throw thrown;
    })
    .finally(() => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    });
}

function openSession(socket: Socket, { timeoutMs, signal }: RedisServer): RedisSession {
  let received = Buffer.alloc(0);
  let waiting: PromiseWithResolvers<Reply> | undefined;
  const fail = (error: Error) => waiting?.reject(error);
  socket.on("data", (piece: Buffer) => {
    received = Buffer.concat([received, piece]);
    try {
      const read = readReply(received);
      if (read === undefined) return;
      received = received.subarray(read.length);
      waiting?.resolve(read.reply);
    } catch (thrown) {
      fail(thrown instanceof Error ? thrown : new Error(String(thrown)));
    }
  });
  socket.on("error", fail);
  socket.on("close", () => fail(new Error("Redis closed the connection")));
  signal?.addEventListener("abort", () => fail(new Error("the look was ended")), { once: true });
  return {
    async command(...words) {
      if (socket.destroyed) throw new Error("the connection to Redis is closed");
      const answer = Promise.withResolvers<Reply>();
      waiting = answer;
      const late = () => answer.reject(new Error(`no answer to ${words[0]} within ${timeoutMs} ms`));
      const timer = setTimeout(late, timeoutMs);
      socket.write(asCommand(words));
      const reply = await answer.promise.finally(() => clearTimeout(timer));
      if (reply instanceof RedisError) throw reply;
      return reply;
    },
    [Symbol.dispose]: () => void socket.destroy(),
  };
}

/** A command is a list of texts, each with its length in bytes: nothing in a password can end it. */
function asCommand(words: readonly string[]): string {
  const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  return `*${words.length}\r\n${parts.join("")}`;
}
