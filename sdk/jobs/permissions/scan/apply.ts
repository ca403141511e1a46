import { constants } from "node:os";
import { SystemCallError } from "../../../core/libc/index.ts";
import { viewOf } from "../record/view.ts";
import { changeOne, type LeftOutcome } from "./change-one.ts";

/** Changes that are written down and are now to be made, as a thread is handed them. */
export interface Task {
  /** The block that they stand in. */
  block: SharedArrayBuffer;
  /** Of each: its record's place, the open folder it lies in, and whether it may have several names. */
  places: Int32Array;
  folders: Int32Array;
  mayHaveLinks: Uint8Array;
  /** False for a plan, which looks at the same and changes nothing. */
  really: boolean;
}

/** One number for each change: the bits of what was changed; a reason from `leftOutcomes`, from 16 on; or an errno, negative. */
export type Outcomes = Int16Array;

export const leftOutcomes: readonly LeftOutcome[] = ["capabilities", "hard-links", "changed meanwhile"];
export const firstLeft = 16;

/** Makes the changes, one after the other. What one of them runs into keeps no other from being made. */
export function apply({ block, places, folders, mayHaveLinks, really }: Task): Outcomes {
  const view = viewOf(block);
  const outcomes = new Int16Array(places.length);
  for (let index = 0; index < places.length; index += 1) {
    const [place = 0, folder = -1] = [places[index], folders[index]];
    try {
      const outcome = changeOne(view, place, folder, mayHaveLinks[index] === 1, really);
      outcomes[index] = typeof outcome === "number" ? outcome : firstLeft + leftOutcomes.indexOf(outcome);
    } catch (thrown) {
      if (!(thrown instanceof SystemCallError)) throw thrown;
      outcomes[index] = -numberOf(thrown.code);
    }
  }
  return outcomes;
}

const numbers = new Map<string, number>(Object.entries(constants.errno));

function numberOf(code: string): number {
  return numbers.get(code) ?? constants.errno.EIO;
}
