import { docker } from "../../sdk/systems/docker/index.ts";
import { inTurns } from "../support/turns.ts";
import type { WarmStack } from "../support/warm-stack.ts";
import { rollBack } from "./roll-back.ts";
import { startUntilHealthy } from "./start-until-healthy.ts";

export interface ColdTimes {
  rollback: number[];
  /** What starting the same containers takes until the last one is healthy. */
  start: number[];
}

const deadlineMs = 60_000;
const services = ["frontend", "backend", "ml"];

/** Milliseconds until a stopped release answers, by --quick-rollback, beside `docker start` of its containers alone. */
export function coldTimes(warm: WarmStack, rounds: number, signal: AbortSignal): Promise<ColdTimes> {
  const { stack, waiting } = warm;
  const containers = services.map((service) => stack.container(waiting.environment, service));
  const stop = () => docker(["stop", ...containers], { deadlineMs, signal });
  return inTurns(
    rounds,
    {
      rollback: async () => {
        await stop();
        const tookMs = await rollBack(warm, signal);
        await warm.serveAgain();
        return tookMs;
      },
      start: async () => {
        await stop();
        return startUntilHealthy(containers, signal);
      },
    },
    signal,
  );
}
