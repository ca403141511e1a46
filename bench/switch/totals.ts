import type { UnderLoad } from "./under-load.ts";

export interface Totals {
  requests: number;
  socketErrors: number;
  non2xx: number;
  echoes: number;
  closedSockets: number;
  uploads: number;
  lostUploads: number;
}

/** What all users together saw in several turns. */
export function totalsOf(turns: readonly UnderLoad<unknown>[]): Totals {
  const sum = (count: (turn: UnderLoad<unknown>) => number) =>
    turns.reduce((total, turn) => total + count(turn), 0);
  return {
    requests: sum(({ wrk }) => wrk.requests),
    socketErrors: sum(({ wrk }) => wrk.socketErrors),
    non2xx: sum(({ wrk }) => wrk.non2xx),
    echoes: sum(({ users }) => users.echoes),
    closedSockets: sum(({ users }) => users.closedSockets),
    uploads: sum(({ users }) => users.uploads),
    lostUploads: sum(({ users }) => users.lostUploads),
  };
}
