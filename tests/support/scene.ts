import { succeed } from "../../sdk/core/process/index.ts";
import { type Crowd, startCrowd } from "./crowd.ts";
import { setVariables } from "./env-file.ts";
import { lookedAt, type Service, services, withoutSharedHealth } from "./health.ts";
import { openStack, type Stack } from "./stack.ts";
import { type Color, opposite, type Serving, type Standing, servingOf, standingIn } from "./standing.ts";
import { configurationOf } from "./variant.ts";

/** A stack on which two releases have been deployed, with users at its front door. */
export interface Scene extends AsyncDisposable {
  stack: Stack;
  crowd: Crowd;
  /** Writes the scene's own configuration, with these changes. */
  configure(changes?: Record<string, unknown>): void;
}

/** Where everything stands. */
export interface Layout {
  serving: Serving;
  /** What the other environment holds. */
  idle: Standing;
}

/** Releases to deploy in turn: two have a place at any time, so the third is always new to both environments. */
const pool = ["r1", "r2", "r3"];

const deadlineMs = 30_000;

const pace = {
  watch: { duration: "600ms", interval: "100ms" },
  drain: { timeout: "300ms" },
};

export interface SceneOptions {
  /** What the configuration says otherwise. */
  overrides?: Record<string, unknown>;
  /** What is to be done to the stack before anything is deployed on it. */
  prepare?: (stack: Stack) => Promise<void>;
  /** The services whose health Docker looks at; a deployment asks the others itself. */
  healthChecks?: readonly Service[];
}

export async function openScene({
  overrides = {},
  prepare = async () => {},
  healthChecks = [],
}: SceneOptions = {}): Promise<Scene> {
  const stack = await openStack({ ...pace, ...overrides });
  try {
    await prepare(stack);
    const hurry = hurried(stack, healthChecks);
    const configure: Scene["configure"] = (changes = {}) =>
      stack.writeConfiguration({ ...hurry, ...changes });
    configure();
    await deployed(stack, "r1");
    await deployed(stack, "r2");
    const crowd = await startCrowd(stack.frontDoor);
    return {
      stack,
      crowd,
      configure,
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

/**
 * Lets services come up in a second or two, with all the patience that they have in the example; and lets a migration
 * wait longer for its lock than any test does. Gives what the configuration has to say for it.
 */
export function hurried(stack: Stack, healthChecks: readonly Service[]): Record<string, unknown> {
  const { blue, green } = stack.prepared.envFiles;
  for (const file of [blue, green]) setVariables(file, { MODEL_LOAD_SECONDS: "0" });
  const often = { interval: "1s", retries: 10 };
  const looks = lookedAt(stack, Object.fromEntries(healthChecks.map((name) => [name, often])));
  const platform = withoutSharedHealth(stack);
  const { environments } = platform;
  for (const environment of [environments.blue, environments.green]) environment.files.push(looks);
  const { database } = configurationOf(stack);
  if (database?.mode !== "shared") throw new Error("the example's environments share a database");
  return {
    platform,
    database: { ...database, migrations: { ...database.migrations, lockTimeout: "120s" } },
  };
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

/** Stops what stands in the idle environment, as a host does that was started anew without it. */
export async function stopIdle(stack: Stack): Promise<void> {
  await succeed(["docker", "container", "stop", ...(await idleContainers(stack))], { deadlineMs });
}

/** Removes what stands there, in good order: users may still be about their last upload. */
export async function removeIdle(stack: Stack): Promise<void> {
  if ((await layoutOf(stack)).idle.state === "absent") return;
  await stopIdle(stack);
  await succeed(["docker", "container", "rm", ...(await idleContainers(stack))], { deadlineMs });
}

async function idleContainers(stack: Stack): Promise<string[]> {
  const { environment } = await servingOf(stack);
  return services.map((service) => stack.container(opposite(environment), service));
}

/**
 * Lets a container of an environment's service die, without any that answers being touched.
 *
 * @param kind "own": like one that Compose keeps up; "one-off": like what `docker compose run` starts.
 */
export async function dieInside(
  stack: Stack,
  environment: Color,
  kind: "own" | "one-off" = "own",
): Promise<void> {
  const image = await succeed(
    ["docker", "container", "inspect", "--format", "{{.Image}}", stack.container(environment, "ml")],
    { deadlineMs },
  );
  const labels = [
    `com.docker.compose.project=${stack.prepared.projects[environment]}`,
    "com.docker.compose.service=ml",
    `com.docker.compose.oneoff=${kind === "one-off" ? "True" : "False"}`,
  ].flatMap((label) => ["--label", label]);
  await succeed(
    ["docker", "run", "--rm", "--network", "none", ...labels, "--entrypoint", "true", image.trim()],
    { deadlineMs },
  );
}
