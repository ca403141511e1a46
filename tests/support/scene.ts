import { type Crowd, startCrowd } from "./crowd.ts";
import { setVariables } from "./env-file.ts";
import { composeOverride } from "./quick-health.ts";
import { openStack, type Stack } from "./stack.ts";
import { opposite, type Serving, type Standing, servingOf, standingIn } from "./standing.ts";
import { configurationOf } from "./variant.ts";

/** A stack on which two releases have been deployed, with users at its front door. */
export interface Scene extends AsyncDisposable {
  stack: Stack;
  crowd: Crowd;
}

/** Where everything stands. */
export interface Layout {
  serving: Serving;
  /** What the other environment holds. */
  idle: Standing;
}

/** Releases to deploy in turn: two have a place at any time, so the third is always new to both environments. */
const pool = ["r1", "r2", "r3"];

const pace = {
  watch: { duration: "600ms", interval: "100ms" },
  drain: { timeout: "300ms" },
};

export async function openScene(overrides: Record<string, unknown> = {}): Promise<Scene> {
  const stack = await openStack({ ...pace, ...overrides });
  try {
    hurry(stack);
    await deployed(stack, "r1");
    await deployed(stack, "r2");
    const crowd = await startCrowd(stack.frontDoor);
    return {
      stack,
      crowd,
      async [Symbol.asyncDispose]() {
        await crowd[Symbol.asyncDispose]();
        await stack[Symbol.asyncDispose]();
      },
    };
  } catch (thrown) {
    await stack[Symbol.asyncDispose]();
    throw thrown;
  }
}

/** Lets services come up in a second or two, with all the patience that they have in the example. */
function hurry(stack: Stack): void {
  const { blue, green } = stack.prepared.envFiles;
  for (const file of [blue, green]) setVariables(file, { MODEL_LOAD_SECONDS: "0" });
  const healthcheck = { interval: "1s", retries: 10 };
  const often = composeOverride(stack, {
    frontend: { healthcheck },
    backend: { healthcheck },
    ml: { healthcheck },
  });
  const { platform } = configurationOf(stack);
  for (const environment of [platform.environments.blue, platform.environments.green])
    environment.files.push(often);
  stack.writeConfiguration({ platform });
}

/** Deploys a release, which has to succeed. */
export async function deployed(stack: Stack, release: string): Promise<void> {
  const run = await stack.deploy(["--release", release]);
  if (run.exitCode !== 0) throw new Error(`release ${release} could not be deployed:\n${run.stderr}`);
}

export async function layoutOf(stack: Stack): Promise<Layout> {
  const serving = await servingOf(stack);
  return { serving, idle: await standingIn(stack, opposite(serving.environment)) };
}

/** A release that stands in neither environment. */
export function newTo({ serving, idle }: Layout): string {
  const free = pool.find((release) => release !== serving.release && release !== idle.release);
  if (free === undefined) throw new Error("every release has a place");
  return free;
}
