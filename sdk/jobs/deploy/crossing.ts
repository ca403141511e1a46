import { Failure } from "../../core/errors/index.ts";

/** The refusal to let an older release meet a database that it cannot work with. */
export function crossesMigration(release: string, breaking: readonly string[]): Failure {
  return new Failure("ROLLBACK_CROSSES_MIGRATION", {
    message: `release ${release} cannot work with the database as it is now`,
    why: `since it was deployed, ${breaking.join(", ")} ran, declared to break the release before`,
    remedy: "deploy a release that works with it, or restore the backup; --force goes back all the same",
    details: { release, breaking: [...breaking] },
  });
}
