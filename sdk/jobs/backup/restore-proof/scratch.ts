import type { Configuration } from "../../../core/config/index.ts";
import {
  connectForMaintenance,
  dropDatabase,
  dropIdleDatabase,
  isFreshName,
  markedDatabases,
  type Server,
  unmarkedDatabases,
} from "../../../systems/postgres/index.ts";

/**
 * Removes the scratch databases of runs that were cut off, under a name that only a run of ours makes: those that say of
 * themselves that they are being filled, and those that had no time to say anything. The caller holds the lock.
 *
 * @throws Failure DATABASE_*
 */
export async function removeScratch(
  {
    configuration,
    signal,
    now,
    warn,
  }: { configuration: Configuration; signal: AbortSignal; now: Date; warn: (text: string) => void },
  server: Server,
): Promise<void> {
  await using session = await connectForMaintenance(server, { signal });
  const removed = (name: string) => warn(`removed the scratch database ${name} of a run that was cut off`);
  for (const { name, marker } of await markedDatabases(session, configuration.project)) {
    if (marker.state !== "restoring" || !isFreshName(name)) continue;
    await dropDatabase(session, name);
    removed(name);
  }
  for (const name of await unmarkedDatabases(session, now)) {
    await dropIdleDatabase(session, name);
    removed(name);
  }
}
