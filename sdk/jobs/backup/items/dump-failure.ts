import { type ErrorCode, Failure } from "../../../core/errors/index.ts";

const known: readonly (readonly [RegExp, ErrorCode, string])[] = [
  [
    /permission denied/i,
    "DATABASE_FORBIDDEN",
    "let the user of database.user read all tables: GRANT pg_read_all_data",
  ],
  [/lock timeout/i, "DATABASE_LOCKED", "find who holds the lock (pg_locks), or raise backups.lockWait"],
  [
    /server version mismatch/i,
    "BACKUP_FAILED",
    "install the PostgreSQL client of the server's version or a newer one on this host (postgresql-client-NN)",
  ],
  [
    /could not connect|connection .*(refused|closed|lost)|terminat|server closed|no such container|is not running/i,
    "DATABASE_UNREACHABLE",
    "see that the database server runs, and read its own log; then back up again",
  ],
];

/** What pg_dump complained of, as a failure of the backup of this database; any other failure passes as it is. */
export function dumpFailure(thrown: unknown, database: string): unknown {
  if (!(thrown instanceof Failure) || thrown.code !== "COMMAND_FAILED") return thrown;
  const words = thrown.why ?? "";
  const [, code, remedy] = known.find(([pattern]) => pattern.test(words)) ?? [];
  return new Failure(code ?? "BACKUP_FAILED", {
    message: `the database ${database} cannot be dumped: ${thrown.message}`,
    why: thrown.why,
    remedy: remedy ?? thrown.remedy,
    details: { ...thrown.details, database },
    cause: thrown,
  });
}
