import { inspect } from "../../sdk/systems/docker/index.ts";
import { inTurns } from "../support/turns.ts";
import { openWarmStack } from "../support/warm-stack.ts";
import { ownDirectory } from "./containers.ts";
import { startEdgeBeside } from "./edge-beside.ts";
import { fixedEdgeFiles } from "./edge-files.ts";
import { markerLane, reloadLane } from "./lane.ts";
import { switchUnderLoad } from "./switches.ts";
import { type UnderLoad, underLoad } from "./under-load.ts";
import { untilServing } from "./until-serving.ts";

/** An even number: each turn ends where it began. */
const switchesEach = 4;

export interface Dropped {
  marker: readonly UnderLoad<number[]>[];
  reload: readonly UnderLoad<number[]>[];
  rollback: UnderLoad<void>;
  /** The image of the edge. */
  image: string;
}

/**
 * Switches one stack under one load in two ways, in turn: by the marker, and by rewriting the upstreams and reloading.
 * At last once more as an operator does it, by --quick-rollback.
 */
export async function dropped(
  rounds: number,
  signal: AbortSignal,
  say: (text: string) => void,
): Promise<Dropped> {
  await using warm = await openWarmStack(signal, say);
  const { stack } = warm;
  const configuration = fixedEdgeFiles();
  using _configuration = ownDirectory(configuration);
  await using edgeBeside = await startEdgeBeside(stack, configuration);
  await untilServing(`${edgeBeside.frontDoor}/api/version`, signal);
  const lanes = { marker: markerLane(stack), reload: reloadLane(edgeBeside, configuration) };
  say(`switching ${switchesEach} times in each of ${rounds} turns, by marker and by reload`);
  const turns = await inTurns(
    rounds,
    {
      marker: () => switchUnderLoad(lanes.marker, switchesEach, signal),
      reload: () => switchUnderLoad(lanes.reload, switchesEach, signal),
    },
    signal,
  );
  say("rolling back under the same load");
  const rollback = await underLoad(stack.frontDoor, signal, () => warm.deploy("--quick-rollback"));
  const [edge] = await inspect([stack.container("shared", "edge")], { deadlineMs: 20_000 });
  if (edge === undefined) throw new Error("the stack's edge is gone");
  return { ...turns, rollback, image: edge.image };
}
