import { z } from "zod";
import type { RedisSession } from "../../sdk/systems/redis/index.ts";

const flag = z.enum(["0", "1"]).transform((text) => text === "1");

const infoSchema = z.object({
  redis_version: z.string(),
  role: z.enum(["master", "slave", "replica"]),
  master_link_status: z.string().optional(),
  loading: flag,
  aof_enabled: flag,
  aof_last_write_status: z.string().default("ok"),
  aof_last_bgrewrite_status: z.string().default("ok"),
  rdb_last_bgsave_status: z.string(),
  used_memory: z.coerce.number(),
  maxmemory: z.coerce.number(),
  maxmemory_policy: z.string(),
  connected_clients: z.coerce.number(),
  maxclients: z.coerce.number().optional(),
  rejected_connections: z.coerce.number(),
});

export type RedisInfo = z.infer<typeof infoSchema>;

/** What Redis says of itself (INFO), by its own names. */
export async function redisInfo(session: RedisSession): Promise<RedisInfo> {
  const text = String(await session.command("INFO"));
  const lines = text.split("\r\n").filter((line) => line.includes(":"));
  return infoSchema.parse(Object.fromEntries(lines.map((line) => splitOnce(line))));
}

function splitOnce(line: string): [name: string, value: string] {
  const at = line.indexOf(":");
  return [line.slice(0, at), line.slice(at + 1)];
}
