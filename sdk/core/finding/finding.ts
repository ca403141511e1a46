import type { Share } from "../process/index.ts";

export type FindingStatus = "pass" | "warn" | "fail" | "skip";

/** What a check saw. */
export interface Look {
  status: FindingStatus;
  /** One line: what was seen. */
  summary: string;
  /** What to do about it, for a warning or a failure. */
  remedy?: string | undefined;
  /** What the summary rests on; never a secret. */
  evidence?: Record<string, unknown>;
}

export interface Finding extends Look {
  id: string;
  title: string;
  evidence: Record<string, unknown>;
  durationMs: number;
}

export interface CheckContext {
  signal: AbortSignal;
  deadlineMs: number;
  /** Makes a secret known that the check has read, such as a password: it stands in no finding of this check. */
  hide: (secret: string) => void;
  /** Lets the checks that are made together ask once what they ask at the same moment. */
  share?: Share | undefined;
}

/** A look at one thing. It leaves the system as it found it. */
export interface Check {
  id: string;
  title: string;
  /** Milliseconds after which the check has failed for not having looked. */
  deadlineMs: number;
  look(context: CheckContext): Promise<Look>;
}
