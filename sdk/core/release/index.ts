export { type Environment, environments, other } from "./environment.ts";
export { isReleaseId, newReleaseId, type Release, releaseSchema, releaseToCome } from "./release.ts";
