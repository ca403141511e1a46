/** Where something is to go: into the place of what it was made of, or beside it, under a name of its own. */
export type Goal = { kind: "in-place" } | { kind: "beside"; as: string | undefined };

/** Where something went. */
export interface Placed {
  type: "postgres" | "sqlite" | "directory" | "file";
  name: string;
  /** The database or path that it is now. */
  at: string;
  /** What stood there before, under its new name; undefined when nothing did. */
  kept: string | undefined;
  /** Milliseconds for which nothing could be reached there. */
  pauseMs?: number | undefined;
  /** What a person should know. */
  remarks: readonly string[];
  /** What could not be set again, and stands as it is by default. */
  refused: readonly string[];
}

/** Something that is restored and checked, and waits for its place. */
export interface Restored {
  /** Puts it there. */
  place(): Promise<Placed>;
  /**
   * Takes that back: what stood there before stands there again. Gives where the restored one is from then on, for it may have
   * been written to; undefined for one that stood beside, which is gone.
   */
  takeBack(placed: Placed): Promise<string | undefined>;
}
