import { z } from "zod";
import type { Look } from "../sdk/core/finding/index.ts";
import type { Session } from "../sdk/systems/postgres/index.ts";
import { defineCheck } from "./define.ts";
import { lookOf } from "./faults.ts";
import { bytes, time } from "./options.ts";
import { activityOf } from "./postgres-ready/activity.ts";
import { type ServerFacts, serverFacts } from "./postgres-ready/facts.ts";
import {
  activityFaults,
  type Limits,
  replicationFaults,
  serverFaults,
  writeFaults,
} from "./postgres-ready/judge.ts";
import { replicationOf } from "./postgres-ready/replication.ts";
import { databaseOptions, lookAtDatabase } from "./server/database.ts";
import { type Written, writeAndTakeBack } from "./server/write.ts";

/** Whether the database can carry a second environment and a migration, as the user that the application connects as. */
export const postgresReady = defineCheck({
  id: "postgres-ready",
  title: "PostgreSQL",
  summary: "Whether a database lets us in, takes writes, and has room for a second environment",
  example: "--host db.internal --database shop --user shop --env-file .env --tls",
  deadline: "15s",
  options: z.strictObject({
    ...databaseOptions,
    minimumVersion: z.int().positive().default(12).describe("The oldest major version that will do."),
    connections: z.int().nonnegative().default(10).describe("The connections that must be left."),
    longTransaction: time().default(300_000).describe("How long a transaction may have been open."),
    replicationLag: bytes()
      .default(100e6)
      .describe("The bytes of log that a replica may be behind, or that a slot may keep."),
  }),
  look: (options, context) => lookAtDatabase(options, context, (session) => lookInside(session, options)),
});

async function lookInside(session: Session, limits: Limits): Promise<Look> {
  const facts = await serverFacts(session);
  const written = await writeAndTakeBack(session);
  const activity = await activityOf(session, limits.longTransaction);
  const replication = facts.standby ? { replicas: [], idleSlots: [] } : await replicationOf(session);
  const faults = [
    ...serverFaults(facts, limits),
    ...writeFaults(written, facts.standby),
    ...activityFaults(activity, limits),
    ...replicationFaults(replication, limits),
  ];
  const { database, user } = session.access;
  const evidence = { database, user, ...facts, ...activity, ...replication };
  return lookOf(faults, { good: good(facts, written, database), about: database, evidence });
}

function good({ versionName, connectionsLeft, seesOthers }: ServerFacts, written: Written, database: string) {
  const how = written.wrote ? `, ${written.how}` : "";
  const blind = seesOthers ? "" : "; what other roles do it cannot see (GRANT pg_monitor lets it)";
  return `${database} on PostgreSQL ${versionName} lets us in${how}; ${connectionsLeft} connections are left${blind}`;
}
