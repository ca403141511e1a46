import { type Configuration, shownBytes } from "../../core/config/index.ts";
import { asTyped } from "../../core/process/index.ts";
import { counted } from "../../core/text/index.ts";
import { dropCommand, type Server } from "../../systems/postgres/index.ts";
import { findServer } from "../backup/index.ts";
import { type Beside, databasesBeside, hasServer, pathsBeside } from "./kept.ts";

/** Something that was restored beside what serves, and the command that removes it: whether it is still wanted a person knows. */
export interface LeftBeside extends Beside {
  removal: string;
}

const dayMs = 86_400_000;

/**
 * What restores have put beside what serves, the oldest last: it takes room, and nothing ever removes it by itself.
 *
 * @throws Failure DATABASE_* when the server cannot be asked
 */
export async function leftBeside(configuration: Configuration): Promise<LeftBeside[]> {
  const paths = pathsBeside(configuration).map((one) => ({ ...one, removal: asTyped(["rm", "-r", one.at]) }));
  if (!hasServer(configuration)) return paths.filter(isRestored);
  const server = await findServer(configuration);
  return [...(await databasesLeft(configuration, server)), ...paths].filter(isRestored);
}

async function databasesLeft(configuration: Configuration, server: Server): Promise<LeftBeside[]> {
  const databases = await databasesBeside(configuration, server);
  return databases.map((one) => ({ ...one, removal: dropCommand(server, one.at) }));
}

function isRestored({ state }: Beside): boolean {
  return state === "restored";
}

/** One of them in a line. */
export function leftLine({ type, at, since, size, removal }: LeftBeside, now: Date): string {
  const days = Math.floor((now.getTime() - Date.parse(since)) / dayMs);
  const age = days < 0 ? "dated in the future" : `${counted(days, "day")} old`;
  const known = [age, ...(size === undefined ? [] : [shownBytes(size)])].join(", ");
  return `beside ${type} ${at} (${known}): restored to be looked at; once nobody wants it: ${removal}`;
}
