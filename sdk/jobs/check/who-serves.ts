import { Failure } from "../../core/errors/index.ts";
import type { Check } from "../../core/finding/index.ts";
import { type Environment, other } from "../../core/release/index.ts";
import type { Platform } from "../../platforms/index.ts";

export interface Serving {
  /** The environment that gets the traffic; undefined when the proxy cannot say. */
  active: Environment | undefined;
  /** Where a deployment would go: to the other one; to green when nobody can say, as the first one of all does. */
  idle: Environment;
  /** What tells that the proxy cannot say, so that everything else can be looked at all the same. */
  trouble: readonly Check[];
}

/** Asks the proxy which environment serves. */
export async function whoServes(platform: Pick<Platform, "proxy">): Promise<Serving> {
  try {
    const { active } = await platform.proxy();
    return { active, idle: other(active), trouble: [] };
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    return { active: undefined, idle: "green", trouble: [failing(thrown)] };
  }
}

function failing({ message, why, remedy, code }: Failure): Check {
  const summary = why === undefined ? message : `${message}: ${why}`;
  const look = async () => ({ status: "fail" as const, summary, remedy, evidence: { code } });
  return { id: "proxy", title: "Proxy", deadlineMs: 1_000, look };
}
