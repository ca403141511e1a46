import { z } from "zod";
import { Failure } from "../sdk/core/errors/index.ts";
import type { Look } from "../sdk/core/finding/index.ts";
import { identifier, type Session } from "../sdk/systems/postgres/index.ts";
import { defineCheck } from "./define.ts";
import { type Fault, lookOf } from "./faults.ts";
import { databaseOptions, lookAtDatabase } from "./server/database.ts";
import { writeAndTakeBack } from "./server/write.ts";

/** Whether a release's user can write to its database and read from it; nothing of what is written stays. */
export const postgresReadWrite = defineCheck({
  id: "postgres-read-write",
  title: "PostgreSQL read and write",
  summary: "Whether what is written to a database can be read, and the tables of the release too",
  example: "--host db.internal --database shop --user shop --env-file .env --tls --tables orders",
  deadline: "15s",
  options: z.strictObject({
    ...databaseOptions,
    tables: z
      .array(z.string())
      .default([])
      .describe("Tables that this user must be able to read: `orders`, or `shop.orders`."),
  }),
  look: (options, context) =>
    lookAtDatabase(options, context, (session) => lookInside(session, options.tables)),
});

async function lookInside(session: Session, tables: readonly string[]): Promise<Look> {
  const { database, user } = session.access;
  const written = await writeAndTakeBack(session);
  const unread: Fault[] = [];
  for (const table of tables) {
    const why = await unreadable(session, table);
    if (why !== undefined)
      unread.push({
        status: "fail",
        says: why,
        remedy: `see whether the migrations are applied, and ${user} may read ${table}`,
      });
  }
  const unwritten: Fault[] = written.wrote
    ? []
    : [
        {
          status: "fail",
          says: `nothing can be written: ${written.why}`,
          remedy: "see whether it is a standby, and what this user may do",
        },
      ];
  const more = tables.length === 0 ? "" : `, and reads ${tables.join(", ")}`;
  const good = `${user} ${written.wrote ? written.how : ""} in ${database}, reads it back${more}`;
  return lookOf([...unwritten, ...unread], { good, about: database, evidence: { database, user, tables } });
}

async function unreadable(session: Session, table: string): Promise<string | undefined> {
  const name = table.split(".").map(identifier).join(".");
  try {
    await session.query(`SELECT FROM ${name} LIMIT 1`);
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof Failure) || !thrown.code.startsWith("DATABASE_")) throw thrown;
    return `${table} cannot be read: ${thrown.why ?? thrown.message}`;
  }
}
