import type { Stage } from "../../core/process/index.ts";
import type { Server } from "./server.ts";

/** What a program shows in pg_stat_activity; whoever finds a session of that name knows that it is one of this project's. */
export function toolName({ project }: Pick<Server, "project">): string {
  return `switchover-tool ${project}`;
}

/** Debian's bundle: libpq before 16 cannot be told to use the machine's own. */
const machineAuthorities = "/etc/ssl/certs/ca-certificates.crt";

/** What a person may have set for psql: an address goes before the one that is named here, a service adds to it. */
const elsewhere = { PGHOSTADDR: undefined, PGSERVICE: undefined };

interface ToolOptions {
  /** Whether it reads its standard input. */
  fed?: boolean | undefined;
  /** A program that starts it, with that one's own arguments. */
  through?: readonly string[] | undefined;
  /** Settings of its sessions, as `PGOPTIONS` has them. */
  settings?: string | undefined;
}

/**
 * A program of PostgreSQL's that connects to the server. In a container it is run without a terminal, which would change
 * bytes of a dump; the password goes by a variable's name, so that it stands in no argument list.
 */
export function connectingTool(
  server: Server,
  name: string,
  args: readonly string[],
  { fed = false, through = [], settings }: ToolOptions = {},
): Stage {
  const inContainer = server.container !== undefined;
  const address = inContainer ? ["--host=127.0.0.1"] : [`--host=${server.host}`, `--port=${server.port}`];
  const reach = [...address, `--username=${server.user}`, "--no-password"];
  const env = {
    PGPASSWORD: server.password,
    PGAPPNAME: toolName(server),
    PGOPTIONS: settings,
    ...(inContainer ? {} : { ...elsewhere, ...tlsVariables(server) }),
  };
  return {
    name,
    argv: [...placeOf(server, fed, Object.keys(env)), ...through, name, ...reach, ...args],
    env,
  };
}

/** A program of PostgreSQL's that only reads: it needs no server. */
export function readingTool(server: Server, name: string, args: readonly string[]): Stage {
  return { name, argv: [...placeOf(server, true, []), name, ...args] };
}

/** Any program, in the place where the server's own run. */
export function toolArgv(server: Server, argv: readonly string[]): string[] {
  return [...placeOf(server, false, []), ...argv];
}

function placeOf({ container }: Server, fed: boolean, variables: readonly string[]): string[] {
  if (container === undefined) return [];
  const named = variables.flatMap((variable) => ["--env", variable]);
  return ["docker", "exec", ...(fed ? ["--interactive"] : []), ...named, container];
}

function tlsVariables({ tls }: Server): Record<string, string> {
  if (tls.mode === "off") return { PGSSLMODE: "disable" };
  return { PGSSLMODE: "verify-full", PGSSLROOTCERT: tls.caFile ?? machineAuthorities };
}

/** A database's name as a connection string: as it stands, a name with `=` in it would be taken for one. */
export function databaseOption(database: string): string {
  return `--dbname=dbname='${database.replaceAll(/['\\]/g, "\\$&")}'`;
}
