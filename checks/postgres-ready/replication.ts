import { z } from "zod";
import type { Session } from "../../sdk/systems/postgres/index.ts";

const replicaSchema = z.object({
  name: z.string(),
  state: z.string().nullable(),
  lag: z.coerce.number().nullable(),
});
const slotSchema = z.object({ name: z.string(), retained: z.coerce.number() });

export interface Replication {
  /** Who follows this server, and the bytes that it is behind; null where this role may not see that. */
  replicas: z.infer<typeof replicaSchema>[];
  /** Slots that nobody reads from, and the bytes of log that the server keeps for them. */
  idleSlots: z.infer<typeof slotSchema>[];
}

/** A follower that only receives, such as pg_receivewal, replays nothing. */
const replicas = `
  SELECT application_name AS name, state,
         pg_wal_lsn_diff(pg_current_wal_lsn(), coalesce(replay_lsn, flush_lsn, write_lsn, sent_lsn)) AS lag
  FROM pg_stat_replication ORDER BY application_name`;

const idleSlots = `
  SELECT slot_name AS name, pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn) AS retained
  FROM pg_replication_slots WHERE NOT active AND restart_lsn IS NOT NULL ORDER BY slot_name`;

/** Looks at what follows this server; it must not be a standby itself. */
export async function replicationOf(session: Session): Promise<Replication> {
  return {
    replicas: z.array(replicaSchema).parse(await session.query(replicas)),
    idleSlots: z.array(slotSchema).parse(await session.query(idleSlots)),
  };
}
