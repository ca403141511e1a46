import { firstAnswer } from "../support/front-door.ts";
import type { Environment, Lane } from "./lane.ts";
import { type UnderLoad, underLoad } from "./under-load.ts";

const betweenSwitchesMs = 600;

/**
 * Switches to and fro under load. Each switch counts only once the other environment has answered; gives how long
 * that took, in milliseconds.
 */
export function switchUnderLoad(
  lane: Lane,
  switches: number,
  signal: AbortSignal,
): Promise<UnderLoad<number[]>> {
  return underLoad(lane.frontDoor, signal, async () => {
    const times: number[] = [];
    for (let turn = 0; turn < switches; turn += 1) {
      times.push(await switchOnce(lane, turn % 2 === 0 ? "green" : "blue", signal));
      await Bun.sleep(betweenSwitchesMs);
    }
    return times;
  });
}

async function switchOnce(lane: Lane, environment: Environment, signal: AbortSignal): Promise<number> {
  signal.throwIfAborted();
  const started = performance.now();
  await lane.switchTo(environment);
  return (await firstAnswer(lane.frontDoor, { environment }, signal)) - started;
}
