import { asFailure, type Failure } from "../../core/errors/index.ts";
import type { Requirement } from "./requirement.ts";

/** What a look at one requirement gave. */
export interface Assessment {
  requirement: Requirement;
  state: "present" | "missing" | "unknown";
  /** Why nobody could look, where the state is unknown. */
  failure?: Failure;
}

async function lookAt(requirement: Requirement): Promise<Assessment> {
  try {
    return { requirement, state: (await requirement.isPresent()) ? "present" : "missing" };
  } catch (thrown) {
    return { requirement, state: "unknown", failure: asFailure(thrown) };
  }
}

/** Looks at all requirements side by side, and changes nothing. */
export function assess(requirements: readonly Requirement[]): Promise<Assessment[]> {
  return Promise.all(requirements.map(lookAt));
}
