import { Failure } from "../../core/errors/index.ts";
import type { Release } from "../../core/release/index.ts";
import { hasImages } from "./retire.ts";
import type { Member } from "./site.ts";

/**
 * Refuses a release that lacks an image: Compose would take whatever the file names for it, or say that one is missing by
 * its number alone.
 *
 * @throws Failure IMAGE_MISSING
 */
export async function assertMadeOf(release: Release, members: readonly Member[]): Promise<void> {
  const without = lackedBy(release, members);
  if (without.length > 0) {
    const gone = Object.keys(release.images).filter((image) => members.every(({ name }) => name !== image));
    throw new Failure("IMAGE_MISSING", {
      message: `release ${release.id} has no image for ${without.join(", ")}`,
      why: `it was made of ${Object.keys(release.images).join(", ") || "what is not known any more"}`,
      remedy: `${gone.length === 0 ? "" : `name ${gone.join(", ")} in the configuration again, as then (one that was renamed counts as another), or `}deploy a release that was built since; ./scripts/status.ts lists what ran`,
    });
  }
  if (await hasImages(release)) return;
  throw new Failure("IMAGE_MISSING", {
    message: `images of release ${release.id} are gone from this host`,
    remedy: "load or pull them again, or deploy another release; ./scripts/status.ts lists what ran",
    details: { images: release.images },
  });
}

function lackedBy({ images }: Release, members: readonly Member[]): string[] {
  return members.map(({ name }) => name).filter((name) => images[name] === undefined);
}
