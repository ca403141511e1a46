import { isIP } from "node:net";
import pg from "pg";
import { Failure, messageOf } from "../../core/errors/index.ts";
import { readText } from "../../core/files/index.ts";
import { type Access, assertPrivate, type Tls } from "./access.ts";
import { databaseFailure } from "./failures.ts";

export interface ConnectOptions {
  /** Milliseconds until the server must have let us in; 10 s unless told. */
  connectMs?: number | undefined;
  /** Milliseconds that one statement may take, by the server's clock and by ours; 30 s unless told. */
  statementMs?: number | undefined;
  /** Milliseconds that one statement may wait for a lock; 5 s unless told. */
  lockMs?: number | undefined;
  /** Keeps the search path, and whether it may write, as the server, the database and the user have them. */
  asUsual?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

/** One connection. It is closed when it is disposed of, and the server then ends whatever it held open. */
export interface Session extends AsyncDisposable {
  readonly access: Access;
  /**
   * Asks, and gives the rows; without values the text may be several statements, and the rows are the last one's.
   * `bigint` and `numeric` come as texts.
   *
   * @throws Failure DATABASE_*, DEADLINE_EXCEEDED
   */
  query<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/**
 * Functions that anybody could make in `public` would be preferred to the server's own where a question's types fit them better,
 * and be run with our rights (CVE-2018-1058). Whoever froze all writing by a setting still wants a restore to write.
 */
const ownSettings = "-c search_path=pg_catalog -c default_transaction_read_only=off";

/** Shown to whoever looks at pg_stat_activity. */
const applicationName = "switchover";
/** The server says more about a statement that was too slow than a client which gave up: it goes first. */
const graceMs = 2_000;

/**
 * Connects to a database.
 *
 * @throws Failure DATABASE_TLS_NEEDED, DATABASE_TLS_FAILED, DATABASE_UNREACHABLE, DATABASE_DENIED, DATABASE_UNKNOWN,
 *   INTERRUPTED
 */
export async function connect(access: Access, options: ConnectOptions = {}): Promise<Session> {
  const { connectMs = 10_000, statementMs = 30_000, lockMs = 5_000, asUsual = false, signal } = options;
  assertPrivate(access);
  if (signal?.aborted) throw interrupted(access);
  const { host, port, user, password, database } = access;
  const client = new pg.Client({
    host,
    port,
    user,
    // Never undefined: the driver would then take PGPASSWORD, or a file in somebody's home.
    password: password ?? "",
    database,
    ssl: tlsOptions(access.tls, host),
    connectionTimeoutMillis: connectMs,
    statement_timeout: statementMs,
    query_timeout: statementMs + graceMs,
    lock_timeout: lockMs,
    ...(asUsual ? {} : { options: ownSettings }),
    keepAlive: true,
    application_name: applicationName,
  });
  // A server that goes while nothing is asked is found out by the next question; unheard, this would end the process.
  client.on("error", () => {});
  const cutOff = () => void client.end().catch(() => {});
  signal?.addEventListener("abort", cutOff, { once: true });
  const asFailure = (thrown: unknown) =>
    signal?.aborted ? interrupted(access) : databaseFailure(thrown, access);
  try {
    await client.connect();
  } catch (thrown) {
    signal?.removeEventListener("abort", cutOff);
    throw asFailure(thrown);
  }
  return {
    access,
    async query<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]) {
      try {
        const answer = await client.query<Row>(text, values === undefined ? undefined : [...values]);
        return lastOf(answer).rows;
      } catch (thrown) {
        throw asFailure(thrown);
      }
    },
    async [Symbol.asyncDispose]() {
      signal?.removeEventListener("abort", cutOff);
      await Promise.race([client.end().catch(() => {}), afterwards(graceMs)]);
    },
  };
}

/** Keeps no script alive that has nothing else to do. */
function afterwards(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

/** Several statements in one text give a list of answers, which the driver's types do not tell. */
function lastOf<Row extends pg.QueryResultRow>(
  answer: pg.QueryResult<Row> | pg.QueryResult<Row>[],
): pg.QueryResult<Row> {
  const last = Array.isArray(answer) ? answer.at(-1) : answer;
  if (last === undefined) throw new Error("no statement was asked");
  return last;
}

function tlsOptions(tls: Tls, host: string): pg.ClientConfig["ssl"] {
  if (tls.mode === "off") return false;
  const own = tls.caFile === undefined ? {} : { ca: readCa(tls.caFile) };
  // By an address, there is no name to ask for; the certificate is then checked for the address.
  const asked = isIP(host) === 0 ? { servername: host } : {};
  return { ...own, ...asked, host, rejectUnauthorized: true };
}

function readCa(file: string): string {
  try {
    return readText(file);
  } catch (thrown) {
    throw new Failure("DATABASE_TLS_FAILED", {
      message: `the certificate authority's file ${file} cannot be read`,
      why: messageOf(thrown),
      remedy: "name the right file in the configuration, readable by this user",
    });
  }
}

function interrupted({ database }: Access): Failure {
  return new Failure("INTERRUPTED", {
    message: `interrupted while the database ${database} was asked`,
    remedy: "run the script again",
  });
}

/** A name as SQL text, quoted by the driver. */
export const identifier = (name: string): string => pg.escapeIdentifier(name);

/** A text as an SQL literal, quoted by the driver: for statements that take no parameters, such as ALTER DATABASE. */
export const literal = (text: string): string => pg.escapeLiteral(text);
