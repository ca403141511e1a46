import { done, type Step, skipped } from "../step.ts";

/** Makes the release while the idle environment still stands as it was. A release that was made before is not made again. */
export const build: Step = {
  name: "build",
  run: async (deployment, work) => {
    const { course, findings, platform, releases } = deployment;
    const known = releases.find(course.release);
    if (known !== undefined && (await platform.has(known))) {
      findings.release = known;
      return skipped(`release ${known.id} was built ${known.createdAt}`);
    }
    const release = await platform.build({ id: course.release, source: course.source }, course.to, work);
    releases.save(release);
    findings.release = release;
    return done(`${Object.keys(release.images).length} images pinned`);
  },
};
