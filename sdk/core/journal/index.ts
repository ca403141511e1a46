export { type JournalContents, readJournal } from "./read.ts";
export { newRun } from "./run-id.ts";
export { type Journal, type JournalOptions, openJournal } from "./write.ts";
