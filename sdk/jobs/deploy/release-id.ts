import { Failure } from "../../core/errors/index.ts";
import { isReleaseId } from "../../core/release/index.ts";

/**
 * Refuses what cannot be a release's id.
 *
 * @throws Failure RELEASE_ID_INVALID
 */
export function assertReleaseId(release: string): void {
  if (isReleaseId(release)) return;
  throw new Failure("RELEASE_ID_INVALID", {
    message: `"${release}" cannot be a release's id`,
    why: "an id is up to 63 letters, digits, dots, hyphens and underscores, and begins with a letter or digit",
    remedy: "name another with --release",
  });
}
