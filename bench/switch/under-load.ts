import { startUsers, type UsersReport } from "../support/users.ts";
import { startWrk } from "../support/wrk.ts";
import type { WrkReport } from "../support/wrk-report.ts";

/** Time for the load to reach its height, and for uploads to be in their middle. */
const warmUpMs = 1_000;
/** What a dropped connection is given to be noticed. */
const afterMs = 500;

export interface UnderLoad<T> {
  wrk: WrkReport;
  users: UsersReport;
  done: T;
}

/** Does something while wrk saturates a front door and users hold WebSockets and upload through it. */
export async function underLoad<T>(
  frontDoor: string,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<UnderLoad<T>> {
  await using users = startUsers(frontDoor);
  await using wrk = startWrk(`${frontDoor}/api/version`);
  await Bun.sleep(warmUpMs);
  const done = await work();
  await Bun.sleep(afterMs);
  signal.throwIfAborted();
  return { wrk: await wrk.stop(), users: await users.stop(), done };
}
