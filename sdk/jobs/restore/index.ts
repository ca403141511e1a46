export { confirmReplacing } from "./confirm.ts";
export { type Listing, listAll, printListing } from "./list.ts";
export { openRestoreDesk } from "./open-desk.ts";
export { restoreOutcome, swapBackOutcome } from "./outcome.ts";
export { choosePieces, findBackup, goalOf, type Piece, wordFor } from "./piece.ts";
export { restoreBackup } from "./restore.ts";
export type { Goal, Placed } from "./restored.ts";
export { needsOf, shownBackup } from "./show.ts";
export { newestKept, type SwappedBack, swapBack, wordForKept } from "./swap-back.ts";
