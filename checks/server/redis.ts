import { z } from "zod";
import { messageOf } from "../../sdk/core/errors/index.ts";
import type { CheckContext, Look } from "../../sdk/core/finding/index.ts";
import { connectRedis, RedisError, type RedisSession } from "../../sdk/systems/redis/index.ts";
import { time } from "../options.ts";
import { passwordIn } from "./password.ts";
import { findServer, passwordOptions, placeOptions } from "./place.ts";

/** The options by which a check is told which Redis, and as whom. */
export const redisOptions = {
  ...placeOptions,
  port: z.int().min(1).max(65535).default(6379).describe("The server's port."),
  user: z.string().optional().describe('Who logs in; Redis\'s own "default" when nobody is named.'),
  ...passwordOptions("REDIS_PASSWORD"),
  tls: z.boolean().default(false).describe("Connect by TLS, and verify the server's certificate."),
  ca: z.string().optional().describe("The file with the authority of the server's certificate, as PEM."),
  timeout: time().default(3_000).describe("How long connecting, and each answer, may take."),
} as const;

const redisSchema = z.object(redisOptions);

/** Looks at Redis over one connection. A server that does not let us in, or does not answer, is a finding. */
export async function lookAtRedis(
  target: z.output<typeof redisSchema>,
  context: CheckContext,
  look: (session: RedisSession) => Promise<Look>,
): Promise<Look> {
  const found = await findServer(target, context);
  if ("look" in found) return found.look;
  const { port, user, envFile, passwordVariable, tls, ca, timeout } = target;
  const password = passwordIn(envFile, passwordVariable, context);
  const where = `${found.host}:${port}`;
  try {
    using session = await connectRedis({
      host: found.host,
      port,
      user,
      password,
      tls: tls ? { caFile: ca } : undefined,
      timeoutMs: timeout,
      signal: context.signal,
    });
    return await look(session);
  } catch (thrown) {
    const refused = thrown instanceof RedisError;
    return {
      status: "fail",
      summary: `Redis at ${where} ${refused ? "refuses us" : "cannot be asked"}: ${messageOf(thrown)}`,
      remedy: remedyOf(thrown),
      evidence: { where },
    };
  }
}

function remedyOf(thrown: unknown): string {
  const said = messageOf(thrown);
  if (/^(WRONGPASS|NOAUTH|ERR (invalid password|AUTH|Client sent AUTH))/.test(said))
    return "see that the password in the env file is the one that Redis was started with (requirepass, or its ACL)";
  if (/^(READONLY|MASTERDOWN)/.test(said))
    return "connect to the primary, or promote this one: REPLICAOF NO ONE";
  if (said.startsWith("OOM")) return "raise maxmemory, or find what fills it: redis-cli --bigkeys";
  if (said.startsWith("MISCONF"))
    return "read in Redis's log why it cannot save (often a full disk, or vm.overcommit_memory)";
  if (said.startsWith("NOPERM"))
    return "give the user the right that is named (ACL SETUSER); of keys, name a prefix that it may have";
  return "see that it runs and takes connections, and read its last lines";
}
