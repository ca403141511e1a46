/** Who holds the lock, as it stands in the lock file for whoever finds it held. */
export interface LockHolder {
  pid: number;
  /** The script: `deploy-production`. */
  command: string;
  /** ISO time at which the lock was taken. */
  since: string;
  /** What it is at now: `backup`, `stage green`. */
  doing: string;
  release?: string | undefined;
}

/** The file's text for a holder: its first line is all that counts, so that a shorter text may be written over a longer one. */
export function serializeHolder(holder: LockHolder): string {
  return `${JSON.stringify(holder)}\n`;
}

/** The holder that a lock file names; undefined when its first line is empty, torn, or something else. */
export function parseHolder(text: string): LockHolder | undefined {
  const [line = "", ...others] = text.split("\n");
  if (others.length === 0) return undefined;
  try {
    return asHolder(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function asHolder(value: unknown): LockHolder | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { pid, command, since, doing, release }: Record<string, unknown> = { ...value };
  if (typeof pid !== "number" || typeof command !== "string") return undefined;
  if (typeof since !== "string" || Number.isNaN(Date.parse(since)) || typeof doing !== "string")
    return undefined;
  return { pid, command, since, doing, ...(typeof release === "string" ? { release } : {}) };
}
