export { type JournalContents, readJournal } from "./read.ts";
export { type Journal, type JournalOptions, openJournal } from "./write.ts";
