import { exitCodes, Failure } from "../../../core/errors/index.ts";
import type { RollbackTarget } from "../history.ts";

/** There is no other release that served well. */
export function noTarget(serving: string | undefined, remedy: string): Failure {
  return new Failure("NO_ROLLBACK_TARGET", {
    message: "there is no release to go back to",
    why: `by the history, no other release has served well${serving === undefined ? "" : ` besides ${serving}`}, or each was marked bad since`,
    remedy: `${remedy}; ./scripts/status.ts lists what ran`,
  });
}

/** The newest cannot be started; an older one can, of which nobody said that it works with what was migrated since. */
export function crossesUndeclared({ release, breaking }: RollbackTarget, newest: string): Failure {
  return new Failure("ROLLBACK_CROSSES_MIGRATION", {
    message: `release ${newest}, the last good one, cannot be started, since images of it are gone; release ${release} can, but may not work with the database as it is now`,
    why: `since it was deployed, ${breaking.join(", ")} ran; what a migration is declared to break is the release directly before it`,
    remedy: `load or pull the images of release ${newest} again; if release ${release} works with that, --quick-rollback --force goes to it`,
    details: { release, breaking: [...breaking], insteadOf: newest },
  });
}

/** There are good releases, and none of them can be started. */
export function noneCanStart(newest: string): Failure {
  return new Failure("IMAGE_MISSING", {
    message: `release ${newest}, the last good one, cannot be started: what it was made of is gone from this host`,
    why: "no older good release can be started either; nothing was changed",
    remedy:
      "load or pull its images again, or deploy a good release: ./scripts/deploy-production.ts --release ID",
    details: { release: newest },
    exitCode: exitCodes.personNeeded,
  });
}
