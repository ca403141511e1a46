import { badReleases, rollbackTarget } from "../deploy/index.ts";
import { environmentStatus } from "./environment-status.ts";
import type { Look, Looks } from "./looks.ts";
import { problemsOf } from "./problems.ts";
import { rollbackOf } from "./rollback-status.ts";
import type { Status, UnfinishedStatus, Unseen } from "./status.ts";

export interface Subject {
  project: string;
  /** The names of the services that make up an environment. */
  services: readonly string[];
  /** How many ended deployments are told. */
  last: number;
}

/** Makes one status of everything that was looked at. */
export function assemble(looks: Looks, { project, services, last }: Subject): Status {
  const history = looks.history.seen ?? [];
  const active = looks.proxy.seen?.active;
  const environments = {
    blue: environmentStatus(looks, "blue", services),
    green: environmentStatus(looks, "green", services),
  };
  const seen: Pick<Status, "proxy" | "active" | "environments"> = {
    proxy: looks.proxy.seen?.proxy ?? "unknown",
    ...(active && { active }),
    environments,
  };
  const problems = problemsOf(seen, looks.proxy.seen?.start);
  const unseen = unseenOf(looks);
  const lastGood = rollbackTarget(history, undefined)?.release;
  const rollback = rollbackOf(seen, history);
  const unfinished = unfinishedOf(looks);
  return {
    project,
    serves: problems.length === 0 && looks.environments.seen !== undefined,
    problems,
    ...seen,
    deployments: last === 0 ? [] : history.slice(-last).reverse(),
    ...(lastGood === undefined ? {} : { lastGood }),
    ...(rollback && { rollback }),
    bad: [...badReleases(history)],
    ...(looks.holder.seen && { running: looks.holder.seen }),
    ...(unfinished && { unfinished }),
    unseen,
  };
}

/** A journal without an end is a run that was cut off, or the one that holds the lock: that one began after it took it. */
function unfinishedOf({ unfinished, holder, proxy }: Looks): UnfinishedStatus | undefined {
  if (unfinished.seen === undefined) return undefined;
  const { course, lastStep } = unfinished.seen;
  if (holder.seen !== undefined && Date.parse(course.startedAt) >= Date.parse(holder.seen.since))
    return undefined;
  const { run, command, release, startedAt } = course;
  const switched = proxy.seen && proxy.seen.active === course.to;
  return {
    run,
    command,
    release,
    startedAt,
    ...(lastStep && { lastStep }),
    ...(switched === undefined ? {} : { switched }),
    remedy: remedyFor(course, switched, holder.seen !== undefined),
  };
}

function remedyFor(
  { from, to, release, serving }: { from: string; to: string; release: string; serving?: string | undefined },
  switched: boolean | undefined,
  held: boolean,
): string {
  const script = "./scripts/deploy-production.ts";
  const before = serving === undefined ? `what is in ${from}` : `release ${serving}`;
  const back =
    switched === false
      ? `clears ${to}, and ${before} goes on serving`
      : `gives the traffic back to ${before}`;
  const wait = held ? "wait for the run that holds the lock; then " : "";
  return `${wait}${script} --resume goes on with release ${release}; ${script} --abort ${back}`;
}

function unseenOf({ proxy, environments, history, unfinished, holder }: Looks): Unseen[] {
  const looks: [string, Look<unknown>][] = [
    ["the proxy", proxy],
    ["the containers", environments],
    ["the history", history],
    ["the journals", unfinished],
    ["the lock", holder],
  ];
  return looks.flatMap(([what, { failure }]) => {
    if (failure === undefined) return [];
    const { code, message, remedy } = failure;
    return [{ what, code, message, remedy }];
  });
}
