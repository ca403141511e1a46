import { shownBytes, shownDuration } from "../../sdk/core/config/index.ts";
import type { Fault } from "../faults.ts";
import type { Written } from "../server/write.ts";
import type { Activity } from "./activity.ts";
import type { ServerFacts } from "./facts.ts";
import type { Replication } from "./replication.ts";

export interface Limits {
  minimumVersion: number;
  connections: number;
  /** Milliseconds. */
  longTransaction: number;
  /** Bytes. */
  replicationLag: number;
}

/** `server_version_num` counts 15.4 as 150004. */
const perMajorVersion = 10_000;

export function serverFaults(
  { version, versionName, connectionsLeft }: ServerFacts,
  limits: Limits,
): Fault[] {
  const faults: Fault[] = [];
  if (version < limits.minimumVersion * perMajorVersion) {
    const says = `PostgreSQL is ${versionName}, and ${limits.minimumVersion} is the oldest that will do`;
    faults.push({
      status: "fail",
      says,
      remedy: "upgrade the server (pg_upgrade), or ask for less with minimumVersion",
    });
  }
  if (connectionsLeft < limits.connections) {
    faults.push({
      status: "fail",
      says: `${Math.max(0, connectionsLeft)} connections are left, and a second environment wants ${limits.connections}`,
      remedy:
        "see who holds them (SELECT usename, application_name, count(*) FROM pg_stat_activity GROUP BY 1, 2), or raise max_connections",
    });
  }
  return faults;
}

export function writeFaults(written: Written, standby: boolean): Fault[] {
  if (written.wrote) return [];
  const says = standby ? "it is a standby, and takes no writes" : `nothing can be written: ${written.why}`;
  const remedy = standby
    ? "connect to the primary; after a failover, promote this one"
    : "grant the role its rights, turn default_transaction_read_only off, or make room on the server's disk";
  return [{ status: "fail", says, remedy }];
}

export function activityFaults({ long, waiting, prepared }: Activity, { longTransaction }: Limits): Fault[] {
  const limit = shownDuration(longTransaction);
  return [
    ...long.map(({ pid, user, application, state, seconds }): Fault => {
      const who = [user, application, state].filter(Boolean).join(", ");
      const says = `process ${pid} (${who}) has had a transaction open for ${shownSeconds(seconds)}, longer than ${limit}`;
      const remedy = `a migration would wait behind it: let it end, or SELECT pg_terminate_backend(${pid})`;
      return { status: "warn", says, remedy };
    }),
    ...waiting.map(({ pid, seconds, blockers }): Fault => {
      const says = `process ${pid} has waited ${shownSeconds(seconds)} for a lock of ${blockers.join(", ") || "another"}`;
      return { status: "warn", says, remedy: "see what the holder does in pg_stat_activity, and let it end" };
    }),
    ...prepared.map(({ name, seconds }): Fault => {
      const says = `the prepared transaction ${name} has been open for ${shownSeconds(seconds)}`;
      return { status: "warn", says, remedy: "end it: COMMIT PREPARED or ROLLBACK PREPARED" };
    }),
  ];
}

export function replicationFaults({ replicas, idleSlots }: Replication, { replicationLag }: Limits): Fault[] {
  const behind = replicas.filter(({ lag }) => (lag ?? 0) > replicationLag);
  const kept = idleSlots.filter(({ retained }) => retained > replicationLag);
  return [
    ...behind.map(({ name, lag }): Fault => {
      const says = `the replica ${name} is ${shownBytes(lag ?? 0)} behind`;
      return { status: "warn", says, remedy: "find out why it is slow before a migration adds to it" };
    }),
    ...kept.map(({ name, retained }): Fault => {
      const says = `nobody reads the replication slot ${name}, for which ${shownBytes(retained)} of log are kept`;
      const remedy = `bring its reader back, or drop it before the disk is full: SELECT pg_drop_replication_slot('${name}')`;
      return { status: "warn", says, remedy };
    }),
  ];
}

function shownSeconds(seconds: number): string {
  return seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}
