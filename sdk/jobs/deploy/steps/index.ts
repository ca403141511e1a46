import type { Step } from "../step.ts";
import { backup } from "./backup.ts";
import { build } from "./build.ts";
import { migrate } from "./migrate.ts";
import { permissions } from "./permissions.ts";
import { preCheck } from "./pre-check.ts";
import { retire } from "./retire.ts";
import { stage } from "./stage.ts";
import { switchTraffic } from "./switch.ts";
import { verify } from "./verify.ts";
import { watch } from "./watch.ts";

/** What follows the plan, in the order that keeps the old release serving until the new one is proven. */
export const deploymentSteps: readonly Step[] = [
  preCheck,
  permissions,
  backup,
  build,
  stage,
  migrate,
  verify,
  switchTraffic,
  watch,
  retire,
];

/** The way back when the other environment is not warm: what it needs is on this host already. */
export const coldRollbackSteps: readonly Step[] = [stage, verify, switchTraffic];

/** The way back to an environment that still runs. */
export const warmRollbackSteps: readonly Step[] = [switchTraffic];
