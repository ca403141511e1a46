import { Failure, messageOf } from "../errors/index.ts";
import type { LockHolder } from "./holder.ts";

/** Another run holds the lock: who, since when, and doing what. */
export function heldFailure(path: string, holder: LockHolder | undefined, now = new Date()): Failure {
  return new Failure("LOCK_HELD", {
    message:
      holder === undefined
        ? "another run holds the lock, and has not said who it is"
        : described(holder, now),
    why: "only one run at a time may change this project",
    remedy: `wait for it, or look with ./scripts/status.ts${holder === undefined ? "" : `; kill ${holder.pid} interrupts it, and lets it put things back`}`,
    details: { lockFile: path, ...(holder === undefined ? {} : { holder }) },
  });
}

/** The lock file cannot be opened or locked, whoever holds it. */
export function notTakenFailure(path: string, thrown: unknown, errno?: string): Failure {
  return new Failure("LOCK_NOT_TAKEN", {
    message: `the lock file ${path} cannot be locked`,
    why: messageOf(thrown),
    remedy: remedyFor(errno, path),
    details: { lockFile: path, ...(errno === undefined ? {} : { errno }) },
    cause: thrown,
  });
}

function described(holder: LockHolder, now: Date): string {
  const release = holder.release === undefined ? "" : `release ${holder.release}, `;
  return (
    `${holder.command} holds the lock, taken ${utcTime(holder.since, now)}, doing: ${holder.doing} ` +
    `(${release}process ${holder.pid} on this host)`
  );
}

/** `14:02 UTC`, with the date before it when that is not today's. */
function utcTime(iso: string, now: Date): string {
  const time = `${iso.slice(11, 16)} UTC`;
  return iso.slice(0, 10) === now.toISOString().slice(0, 10) ? time : `${iso.slice(0, 10)} ${time}`;
}

function remedyFor(errno: string | undefined, path: string): string {
  switch (errno) {
    case "EACCES":
    case "EPERM":
      return `run as the user that owns ${path}, or as root`;
    case "ELOOP":
      return `${path} is a symbolic link: find out who put it there, and remove it`;
    case "ENOSPC":
      return "free space on the file system that holds it (df -h, df -i)";
    default:
      return "put the project on a local file system that knows flock(2), and see that its directory can be written";
  }
}
