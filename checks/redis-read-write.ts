import { z } from "zod";
import type { Look } from "../sdk/core/finding/index.ts";
import type { RedisSession } from "../sdk/systems/redis/index.ts";
import { defineCheck } from "./define.ts";
import { lookAtRedis, redisOptions } from "./server/redis.ts";

/** A key that could not be deleted goes by itself after this time. */
const expiryMs = 60_000;

/** Whether Redis keeps what is set, gives it back, and deletes it: a key of our own that nobody else can know. */
export const redisReadWrite = defineCheck({
  id: "redis-read-write",
  title: "Redis SET, GET, DEL",
  summary: "Whether Redis keeps a key of our own, gives it back, and deletes it",
  example: "--host 127.0.0.1 --env-file .env --password-variable REDIS_PASSWORD",
  deadline: "10s",
  options: z.strictObject({
    ...redisOptions,
    prefix: z
      .string()
      .default("switchover:check:")
      .describe("What the key begins with, where the user may only have keys of its own."),
  }),
  look: (options, context) => lookAtRedis(options, context, (session) => lookInside(session, options.prefix)),
});

async function lookInside(session: RedisSession, prefix: string): Promise<Look> {
  const key = `${prefix}${crypto.randomUUID()}`;
  const value = crypto.randomUUID();
  const set = await session.command("SET", key, value, "NX", "PX", String(expiryMs));
  if (set !== "OK") return wrong(`SET answers ${String(set)}`);
  try {
    const got = await session.command("GET", key);
    if (got !== value)
      return wrong(`GET answers ${got === null ? "nothing" : "something else"} for what was just set`);
  } finally {
    await session.command("DEL", key);
  }
  const left = await session.command("EXISTS", key);
  if (left !== 0) return wrong("the key is still there after DEL");
  return { status: "pass", summary: "Redis keeps a key, gives it back, and deletes it", evidence: {} };
}

function wrong(says: string): Look {
  return {
    status: "fail",
    summary: `Redis: ${says}`,
    remedy: "see whether it evicts keys at once (maxmemory, maxmemory-policy), or a proxy stands before it",
    evidence: {},
  };
}
