import type { Work } from "../../platforms/index.ts";
import type { StepName } from "./course.ts";
import type { Deployment } from "./deployment.ts";

export interface StepResult {
  outcome: "done" | "skipped" | "not configured";
  detail?: string | undefined;
}

/** A unit of a deployment. Running it again after it was cut off anywhere brings about the same state. */
export interface Step {
  name: StepName;
  run(deployment: Deployment, work: Work): Promise<StepResult>;
  /** Puts back what `run` changed, however far it came. */
  undo?(deployment: Deployment, work: Work): Promise<string>;
  /** Nothing is put back for it: the new release serves, and serves well. */
  afterTheFact?: boolean;
}

export const done = (detail?: string): StepResult => ({ outcome: "done", detail });
export const skipped = (detail: string): StepResult => ({ outcome: "skipped", detail });
export const notConfigured = (detail: string): StepResult => ({ outcome: "not configured", detail });
