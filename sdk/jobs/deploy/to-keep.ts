import { existsSync, readdirSync } from "node:fs";
import type { Configuration } from "../../core/config/index.ts";
import type { Release } from "../../core/release/index.ts";
import { findUnfinished } from "./course.ts";
import { storeOf } from "./desk.ts";
import {
  badReleases,
  type HistoryRecord,
  readHistory,
  releasesInService,
  rollbackTarget,
} from "./history.ts";

/** What deployments may still come back to. */
export interface Kept {
  /** The ids of the releases whose images and files must stay. */
  releases: readonly string[];
  /** Those of them that were pinned to images here. */
  pinned: readonly Release[];
  /** The release that serves, and the one before it. */
  inService: readonly string[];
  /** The run that was cut off, and whose end will need what is here now; undefined when there is none. */
  unfinished: string | undefined;
}

/**
 * The releases that must not lose their images: what serves, what a rollback leads to, the newest that served well, and the
 * newest that were made, which may not have been deployed yet.
 *
 * @param count how many of the newest stay, of each sort
 */
export function releasesToKeep(configuration: Configuration, count: number): Kept {
  const store = storeOf(configuration);
  const history = readHistory(store.history);
  const folder = configuration.state("releases");
  const made = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];
  const all = made.flatMap((name) => store.releases.find(name.slice(0, -".json".length)) ?? []);
  const newest = all.toSorted((one, other) => other.createdAt.localeCompare(one.createdAt)).slice(0, count);
  const inService = releasesInService(history);
  const target = rollbackTarget(history, inService[0])?.release;
  const ids = new Set([
    ...inService,
    ...(target === undefined ? [] : [target]),
    ...servedWell(history).slice(0, count),
    ...newest.map(({ id }) => id),
  ]);
  return {
    releases: [...ids],
    inService,
    pinned: all.filter(({ id }) => ids.has(id)),
    unfinished: findUnfinished(store.journals)?.course.run,
  };
}

/** The releases that served and were never found bad since, the newest first. */
function servedWell(history: readonly HistoryRecord[]): string[] {
  const bad = badReleases(history);
  const served = history.filter(({ outcome }) => outcome === "deployed" || outcome === "rolled-back");
  return [...new Set(served.map(({ release }) => release).toReversed())].filter(
    (release) => !bad.has(release),
  );
}
