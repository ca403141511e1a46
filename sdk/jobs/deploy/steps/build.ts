import { Failure } from "../../../core/errors/index.ts";
import type { Release } from "../../../core/release/index.ts";
import { done, type Step, skipped } from "../step.ts";

/** A release is what it was when it was built: what is checked out now may be something else. */
function gone({ id, createdAt }: Release): Failure {
  return new Failure("RELEASE_ID_TAKEN", {
    message: `release ${id} was built ${createdAt}, and not all of its images are here`,
    remedy: "deploy what is checked out under another id: --release",
  });
}

/** Makes the release while the idle environment still stands as it was. A release that was made before is not made again. */
export const build: Step = {
  name: "build",
  run: async (deployment, work) => {
    const { course, findings, platform, releases } = deployment;
    const known = releases.find(course.release);
    if (known !== undefined) {
      if (!(await platform.has(known))) throw gone(known);
      findings.release = known;
      return skipped(`release ${known.id} was built ${known.createdAt}`);
    }
    const release = await platform.build({ id: course.release, source: course.source }, course.to, work);
    releases.save(release);
    findings.release = release;
    const count = Object.keys(release.images).length;
    return done(`${count} ${count === 1 ? "image" : "images"} pinned`);
  },
};
