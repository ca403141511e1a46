import { asTyped } from "../../core/process/index.ts";
import type { Server } from "./server.ts";

/** The command by which a person drops a database; it refuses one that somebody is connected to, and may ask for the password. */
export function dropCommand({ container, host, port, user }: Server, database: string): string {
  const name = database.startsWith("-") ? ["--", database] : [database];
  return container === undefined
    ? asTyped(["dropdb", `--host=${host}`, `--port=${port}`, `--username=${user}`, ...name])
    : asTyped(["docker", "exec", container, "dropdb", `--username=${user}`, ...name]);
}
