import { firstAnswer } from "../support/front-door.ts";
import type { WarmStack } from "../support/warm-stack.ts";

/** Milliseconds from the start of `deploy-production --quick-rollback` to the first answer of the waiting release. */
export async function rollBack(warm: WarmStack, signal: AbortSignal): Promise<number> {
  const started = performance.now();
  const ending = warm.deploy("--quick-rollback");
  const [answeredAt] = await Promise.all([
    firstAnswer(warm.stack.frontDoor, { release: warm.waiting.release }, signal),
    ending,
  ]);
  return answeredAt - started;
}
