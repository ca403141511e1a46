import { shownBytes } from "../../sdk/core/config/index.ts";
import type { Fault } from "../faults.ts";
import type { RedisInfo } from "./info.ts";

export function stateFaults({ loading, role, master_link_status: link }: RedisInfo): Fault[] {
  if (loading)
    return [
      {
        status: "fail",
        says: "it is still loading its data",
        remedy: "wait until it has (INFO persistence)",
      },
    ];
  if (role === "master") return [];
  const says = `it is a replica${link === "up" ? "" : " that has lost its primary"}, and takes no writes`;
  return [{ status: "fail", says, remedy: "connect to the primary, or promote this one: REPLICAOF NO ONE" }];
}

export function savingFaults(info: RedisInfo): Fault[] {
  const states = [
    ["the last snapshot", info.rdb_last_bgsave_status],
    ["the last write of the append-only file", info.aof_enabled ? info.aof_last_write_status : "ok"],
    ["the last rewrite of the append-only file", info.aof_enabled ? info.aof_last_bgrewrite_status : "ok"],
  ] as const;
  const remedy =
    "read why in Redis's log (often a full disk, or vm.overcommit_memory): it may refuse all writes";
  return states
    .filter(([, state]) => state !== "ok")
    .map(([what]) => ({ status: "fail", says: `${what} failed`, remedy }));
}

/** How what it holds outlives a restart, in words; `snapshots` is undefined where that cannot be asked. */
export function keptBy({ aof_enabled: appends }: RedisInfo, snapshots: string | undefined): string {
  if (appends) return "kept in an append-only file";
  if (snapshots === undefined) return "and whether it is kept cannot be seen";
  return snapshots === "" ? "not kept over a restart" : "kept by snapshots";
}

export function persistenceFaults(kept: string, persistent: boolean): Fault[] {
  if (!persistent || kept.startsWith("kept")) return [];
  const remedy = "turn the append-only file on (appendonly yes), or say that it need not be persistent";
  return [{ status: "fail", says: `what it holds is ${kept}`, remedy }];
}

/** Above this share of its limit, Redis soon evicts keys or refuses writes. */
const fullShare = 0.9;

export function roomFaults(info: RedisInfo, maxclients: number, connections: number): Fault[] {
  const { used_memory: used, maxmemory: limit, maxmemory_policy: policy, connected_clients: clients } = info;
  const faults: Fault[] = [];
  if (limit > 0 && used >= limit * fullShare) {
    const full = policy === "noeviction";
    const says = `it holds ${shownBytes(used)} of ${shownBytes(limit)}, and then ${full ? "refuses writes" : `evicts keys (${policy})`}`;
    const remedy = "raise maxmemory, or find what fills it: redis-cli --bigkeys";
    faults.push({ status: full && used >= limit ? "fail" : "warn", says, remedy });
  }
  if (maxclients - clients < connections) {
    const says = `${Math.max(0, maxclients - clients)} connections are left, and a second environment wants ${connections}`;
    faults.push({ status: "fail", says, remedy: "see who holds them (CLIENT LIST), or raise maxclients" });
  }
  return faults;
}
