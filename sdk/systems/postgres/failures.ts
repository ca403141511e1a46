import { type ErrorCode, Failure, messageOf } from "../../core/errors/index.ts";
import type { Access } from "./access.ts";

type Where = Pick<Access, "host" | "port" | "user" | "database">;

interface Told {
  code: ErrorCode;
  message: (where: Where) => string;
  remedy: (where: Where) => string;
}

const denied: Told = {
  code: "DATABASE_DENIED",
  message: ({ user, database }) => `the database ${database} does not let ${user} in`,
  remedy: ({ user }) =>
    `see that the password in the env file is the one of ${user}, and what pg_hba.conf allows`,
};

const unknown: Told = {
  code: "DATABASE_UNKNOWN",
  message: ({ database, host, port }) => `there is no database ${database} at ${host}:${port}`,
  remedy: () => "name one that exists (psql -l) in the configuration",
};

const forbidden: Told = {
  code: "DATABASE_FORBIDDEN",
  message: ({ user, database }) => `${user} may not do this in the database ${database}`,
  remedy: ({ user }) => `grant ${user} the right that is named, or connect as the owner`,
};

const locked: Told = {
  code: "DATABASE_LOCKED",
  message: ({ database }) => `a lock in the database ${database} was not given in time`,
  remedy: () => "find who holds it (pg_stat_activity, pg_locks), and run again when it is free",
};

const slow: Told = {
  code: "DEADLINE_EXCEEDED",
  message: ({ database }) => `the database ${database} did not answer in time`,
  remedy: () => "find out what it is busy with (pg_stat_activity), and run again",
};

const away: Told = {
  code: "DATABASE_UNREACHABLE",
  message: ({ host, port }) => `no database server answers at ${host}:${port}`,
  remedy: () => "see that it runs and takes connections, and that the address in the configuration is right",
};

const full: Told = {
  code: "DATABASE_UNREACHABLE",
  message: ({ database, host, port }) =>
    `the database ${database} at ${host}:${port} takes no more connections`,
  remedy: () =>
    "see who holds them (pg_stat_activity), or raise the limit that is named: of the server, the database or the role",
};

/** PgBouncer refuses what it does not know, and sets nothing for a connection that others use after us. */
const pooled: Told = {
  code: "DATABASE_DENIED",
  message: ({ host, port }) => `the pooler at ${host}:${port} takes no limits for a connection`,
  remedy: () =>
    "connect past it; or let it pass over them: ignore_startup_parameters = statement_timeout,lock_timeout in pgbouncer.ini",
};

const unencrypted: Told = {
  code: "DATABASE_TLS_FAILED",
  message: ({ host, port }) => `the database server at ${host}:${port} does not encrypt connections`,
  remedy: () => "turn TLS on there (ssl = on, with a certificate)",
};

const untrusted: Told = {
  code: "DATABASE_TLS_FAILED",
  message: ({ host }) => `the certificate of the database server ${host} cannot be trusted`,
  remedy: () => "give the file of the authority that issued it, and use the name that it was issued for",
};

/** SQLSTATE of PostgreSQL (its appendix A) and errno names of the network. */
const byCode: Record<string, Told> = {
  "28P01": denied,
  "28000": denied,
  "3D000": unknown,
  "42501": forbidden,
  "55P03": locked,
  "57014": slow,
  "57P01": away,
  "57P02": away,
  "57P03": away,
  "08006": away,
  "53300": full,
  ECONNREFUSED: away,
  ECONNRESET: away,
  EHOSTUNREACH: away,
  ENETUNREACH: away,
  ENOTFOUND: away,
  EAI_AGAIN: away,
  ENOENT: away,
  EPIPE: away,
  ETIMEDOUT: away,
};

const byWords: readonly (readonly [RegExp, Told])[] = [
  [/unsupported startup parameter/i, pooled],
  [/does not support SSL/i, unencrypted],
  [/certificate|self.signed|altnames|ssl connection/i, untrusted],
  [/^SASL/, denied],
  [/query read timeout/i, slow],
  [/timeout expired|terminated|connection (ended|closed)|socket/i, away],
];

/** What the driver or the server threw, as a person needs it. The password stands in none of it. */
export function databaseFailure(thrown: unknown, where: Where): Failure {
  if (thrown instanceof Failure) return thrown;
  const sqlstate = codeOf(thrown);
  const words = messageOf(thrown);
  const told = byCode[sqlstate ?? ""] ?? byWords.find(([pattern]) => pattern.test(words))?.[1];
  const { host, port, user, database } = where;
  return new Failure(told?.code ?? "DATABASE_QUERY_FAILED", {
    message: told?.message(where) ?? `the database ${database} refused a question`,
    why: words,
    remedy: told?.remedy(where) ?? "read the server's own log for the whole statement",
    details: { host, port, user, database, ...(sqlstate === undefined ? {} : { sqlstate }) },
    cause: thrown,
  });
}

function codeOf(thrown: unknown): string | undefined {
  if (typeof thrown !== "object" || thrown === null || !("code" in thrown)) return undefined;
  return typeof thrown.code === "string" ? thrown.code : undefined;
}
