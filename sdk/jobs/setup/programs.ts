import { aptCommands, aptInstall } from "./apt.ts";
import type { Requirement } from "./requirement.ts";
import { whereIs } from "./system-path.ts";

/** Compresses backups, by all processors; node:zlib has it too, on one. */
export const zstd = programOf("zstd", { name: "zstd", program: "zstd", why: "compresses backups" });

/** The load generator that counts dropped requests, for it never retries one. */
export const wrk = programOf("wrk", {
  name: "wrk",
  program: "wrk",
  why: "counts dropped requests in the failure tests and benchmarks",
});

/** The program whose format encrypted backups have: what it cannot open is no backup. */
export const age = programOf("age", {
  name: "age",
  program: "age",
  why: "opens encrypted backups in the tests, without Switchover",
});

/** pg_dump and pg_restore of this host, for a server that runs in no container here. */
export const postgresClient = programOf("postgresql-client", {
  name: "PostgreSQL client",
  program: "pg_dump",
  why: "backs up servers over the network, in the tests",
});

/** What a package of Debian brings: there when its program is. */
function programOf(
  debianPackage: string,
  { name, program, why }: { name: string; program: string; why: string },
): Requirement {
  return {
    name,
    why,
    from: `Debian's package ${debianPackage}`,
    after: [],
    root: true,
    isPresent: async () => whereIs(program) !== null,
    commands: async () => aptCommands([debianPackage]),
    install: (installing) => aptInstall([debianPackage], installing),
  };
}
