import { other } from "../../core/release/index.ts";
import { type HistoryRecord, lastServedFrom, rollbackTarget } from "../deploy/index.ts";
import type { EnvironmentStatus, RollbackStatus, Status } from "./status.ts";

type Standing = Pick<Status, "active" | "environments">;

/** Where a rollback would lead by the history alone. */
export function rollbackOf(
  standing: Standing,
  history: readonly HistoryRecord[],
): RollbackStatus | undefined {
  const { active, environments } = standing;
  const target = rollbackTarget(history, servingOf(standing, history));
  if (target === undefined) return undefined;
  const environment = active && other(active);
  return {
    ...target,
    ...(environment && { environment }),
    instant: isInstant(target.release, environment && environments[environment]),
  };
}

/** The release that a rollback leaves, as it finds that out itself, also where nothing is left of it. */
export function servingOf(
  { active, environments }: Standing,
  history: readonly HistoryRecord[],
): string | undefined {
  return active && (environments[active].release ?? lastServedFrom(active, history));
}

export function isInstant(release: string, idle: EnvironmentStatus | undefined): boolean {
  return idle?.warm === true && idle.release === release;
}
