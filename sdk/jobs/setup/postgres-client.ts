import { aptCommands, aptInstall } from "./apt.ts";
import type { Requirement } from "./requirement.ts";
import { whereIs } from "./system-path.ts";

const packages = ["postgresql-client"];

/** pg_dump and pg_restore of this host, for a server that runs in no container here. */
export const postgresClient: Requirement = {
  name: "PostgreSQL client",
  why: "backs up servers over the network, in the tests",
  from: "Debian's package postgresql-client",
  after: [],
  root: true,
  isPresent: async () => whereIs("pg_dump") !== null,
  commands: async () => aptCommands(packages),
  install: (installing) => aptInstall(packages, installing),
};
