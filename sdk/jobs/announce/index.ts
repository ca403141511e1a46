export { announce, tellOfSilence } from "./announce.ts";
export type { Job } from "./job.ts";
