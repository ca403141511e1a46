import { setMarker } from "../../sdk/systems/nginx/index.ts";
import { firstAnswer } from "../support/front-door.ts";
import { inTurns } from "../support/turns.ts";
import type { WarmStack } from "../support/warm-stack.ts";
import { rollBack } from "./roll-back.ts";

export interface WarmTimes {
  rollback: number[];
  /** The marker's rename alone. */
  marker: number[];
}

/** Milliseconds until the other, warm release answers: by --quick-rollback from its start, and by the marker alone. */
export function warmTimes(warm: WarmStack, rounds: number, signal: AbortSignal): Promise<WarmTimes> {
  return inTurns(
    rounds,
    {
      rollback: async () => {
        const tookMs = await rollBack(warm, signal);
        await warm.serveAgain();
        return tookMs;
      },
      marker: () => markerAlone(warm, signal),
    },
    signal,
  );
}

async function markerAlone({ stack, waiting, serving }: WarmStack, signal: AbortSignal): Promise<number> {
  const { frontDoor, prepared } = stack;
  const started = performance.now();
  setMarker(prepared.switchDirectory, waiting.environment);
  const answeredAt = await firstAnswer(frontDoor, { release: waiting.release }, signal);
  setMarker(prepared.switchDirectory, serving.environment);
  await firstAnswer(frontDoor, { release: serving.release }, signal);
  return answeredAt - started;
}
