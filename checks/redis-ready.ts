import { z } from "zod";
import { shownBytes } from "../sdk/core/config/index.ts";
import type { Look } from "../sdk/core/finding/index.ts";
import { RedisError, type RedisSession } from "../sdk/systems/redis/index.ts";
import { defineCheck } from "./define.ts";
import { lookOf } from "./faults.ts";
import { redisInfo } from "./redis-ready/info.ts";
import { keptBy, persistenceFaults, roomFaults, savingFaults, stateFaults } from "./redis-ready/judge.ts";
import { lookAtRedis, redisOptions } from "./server/redis.ts";

/** Whether Redis can carry a second environment: it lets us in, has its data, can save it, and has room. */
export const redisReady = defineCheck({
  id: "redis-ready",
  title: "Redis",
  summary: "Whether Redis lets us in, has loaded its data, can save it, and has room left",
  example: "--host 127.0.0.1 --env-file .env --password-variable REDIS_PASSWORD",
  deadline: "10s",
  options: z.strictObject({
    ...redisOptions,
    persistent: z
      .boolean()
      .default(false)
      .describe("Whether what it holds must survive a restart, by its append-only file or its snapshots."),
    connections: z.int().nonnegative().default(10).describe("The connections that must be left."),
  }),
  look: (options, context) => lookAtRedis(options, context, (session) => lookInside(session, options)),
});

interface Wanted {
  persistent: boolean;
  connections: number;
}

async function lookInside(session: RedisSession, wanted: Wanted): Promise<Look> {
  await pinged(session);
  const info = await redisInfo(session);
  const snapshots = await settingOf(session, "save");
  const maxclients = info.maxclients ?? Number((await settingOf(session, "maxclients")) ?? Number.NaN);
  const kept = keptBy(info, snapshots);
  const faults = [
    ...stateFaults(info),
    ...savingFaults(info),
    ...persistenceFaults(kept, wanted.persistent),
    ...roomFaults(info, maxclients, wanted.connections),
  ];
  const { redis_version: version, used_memory: used, connected_clients: clients, role } = info;
  const good = `Redis ${version} lets us in and answers; ${shownBytes(used)} held, ${kept}`;
  return lookOf(faults, {
    good,
    about: "Redis",
    evidence: { version, role, used, clients, maxclients, kept },
  });
}

/** What Redis answers to PING in a state that INFO says more about. */
const stateWords = /^(LOADING|MISCONF|MASTERDOWN)/;

async function pinged(session: RedisSession): Promise<void> {
  const said = await session.command("PING").catch((thrown: unknown) => {
    if (thrown instanceof RedisError && stateWords.test(thrown.message)) return "PONG";
    throw thrown;
  });
  if (said !== "PONG") throw new Error("it does not answer PING with PONG");
}

/** A setting; undefined where this user may not ask for it, as in many services that others run. */
async function settingOf(session: RedisSession, name: string): Promise<string | undefined> {
  const answer = await session.command("CONFIG", "GET", name).catch((thrown: unknown) => {
    if (thrown instanceof RedisError) return undefined;
    throw thrown;
  });
  return Array.isArray(answer) && typeof answer[1] === "string" ? answer[1] : undefined;
}
