import type { Configuration } from "../../core/config/index.ts";
import { Failure } from "../../core/errors/index.ts";
import { followLink } from "../../core/files/index.ts";
import { findServer, targetsOf } from "../backup/index.ts";
import { type Beside, databasesBeside, hasServer, newestFirst, pathsBeside } from "./kept.ts";

/**
 * The newest of what restores have kept, of one database or path where a name is given. The server is asked only when no
 * path has that name, or one of its databases has it too.
 *
 * @throws Failure NOTHING_KEPT, DATABASE_*
 */
export async function newestKept(configuration: Configuration, name: string | undefined): Promise<Beside> {
  const behind = name === undefined ? undefined : followLink(name);
  const isMeant = ({ target, at }: Beside) =>
    name === undefined || [target, at].includes(name) || target === behind || target.endsWith(`/${name}`);
  const paths = pathsBeside(configuration).filter(isKept).filter(isMeant);
  const isDatabase = targetsOf(configuration).some(
    (target) => target.type === "postgres" && target.name === name,
  );
  const isPath = name !== undefined && paths.length > 0 && !isDatabase;
  const databases = isPath ? [] : await databasesKept(configuration);
  const meant = [...databases.filter(isMeant), ...paths].sort(newestFirst);
  const targets = new Set(meant.map(({ target }) => target));
  const [newest] = meant;
  if (newest !== undefined && targets.size === 1) {
    if (meant.length > 1 && Date.parse(newest.since) > Date.now()) throw outOfOrder(newest.target, meant);
    return newest;
  }
  throw new Failure("NOTHING_KEPT", {
    message: targets.size === 0 ? nothingKept(name) : "more than one thing could be swapped back",
    why:
      targets.size === 0
        ? "no restore has kept what stood there before it"
        : `kept are ${[...targets].join(", ")}`,
    remedy:
      "./scripts/restore-db.ts list shows what is kept; name one: ./scripts/restore-db.ts swap-back NAME",
  });
}

function nothingKept(name: string | undefined): string {
  return name === undefined ? "there is nothing to swap back" : `there is nothing to swap back for ${name}`;
}

async function databasesKept(configuration: Configuration): Promise<Beside[]> {
  if (!hasServer(configuration)) return [];
  return (await databasesBeside(configuration, await findServer(configuration))).filter(isKept);
}

function isKept({ state }: Beside): boolean {
  return state === "kept";
}

/** A clock that was ahead has dated one of them in the future: which of them is the newest only a person can tell. */
function outOfOrder(target: string, meant: readonly Beside[]): Failure {
  return new Failure("NOTHING_KEPT", {
    message: `which of those kept of ${target} is to be swapped back cannot be told`,
    why: `one of them is dated in the future, so that the newest is not known: ${meant.map(({ at }) => at).join(", ")}`,
    remedy: "name one of these whole: ./scripts/restore-db.ts swap-back NAME",
  });
}
