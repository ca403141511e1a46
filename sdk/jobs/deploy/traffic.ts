import { Failure } from "../../core/errors/index.ts";
import type { Environment } from "../../core/release/index.ts";
import type { Patience, Platform } from "../../platforms/index.ts";

/** What stands is asked for with this patience: a daemon that is restarted comes back. */
export const patience: Patience = { patienceMs: 60_000, deadlineMs: 20_000 };

/** Where the traffic goes, and whether what sends it answers: it may be there and say nothing, in time or at all. */
export interface Traffic {
  active: Environment;
  proxy: "up" | "down" | "silent";
}

/**
 * Asks where the traffic goes. For a way back it is enough to know where the switch points: a proxy that a bad release
 * has choked is no reason to leave that release in service.
 *
 * @throws Failure PROXY_DISAGREES
 */
export async function traffic(platform: Platform): Promise<Traffic> {
  try {
    return await platform.proxy();
  } catch (thrown) {
    if (!(thrown instanceof Failure && thrown.code === "PROXY_DOWN")) throw thrown;
    return { active: await platform.pointsTo(), proxy: "silent" };
  }
}
