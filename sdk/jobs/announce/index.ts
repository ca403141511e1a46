export { announce, type Job, tellOfSilence } from "./announce.ts";
