import { succeed } from "../../sdk/core/process/index.ts";
import type { Stack } from "./stack.ts";

export type Color = "blue" | "green";

/** What the front door answers: the one release and environment behind every service. */
export interface Serving {
  environment: Color;
  release: string;
}

/** What stands in an environment, by Docker's account alone. */
export interface Standing {
  state: "absent" | "stopped" | "ready" | "partial";
  release: string | undefined;
}

const paths = ["/", "/api/segmentations", "/api/ml/model"];
const services = ["backend", "frontend", "ml"];
const deadlineMs = 30_000;

export const opposite = (color: Color): Color => (color === "blue" ? "green" : "blue");

/** Asks the front door for every service. Throws when one does not answer well, or they are not of one release. */
export async function servingOf(stack: Stack): Promise<Serving> {
  const answers = await Promise.all(
    paths.map((path) => fetch(new URL(path, stack.frontDoor), { keepalive: false })),
  );
  const said = answers.map(
    ({ status, headers }) => `${status} ${headers.get("x-environment")} ${headers.get("x-release")}`,
  );
  const [only = ""] = said;
  const [, environment, release] = /^200 (blue|green) (\S+)$/.exec(only) ?? [];
  if (new Set(said).size !== 1 || environment === undefined || release === undefined)
    throw new Error(`the front door does not answer as one release: ${said.join(", ")}`);
  return { environment: environment === "blue" ? "blue" : "green", release };
}

export async function standingIn(stack: Stack, environment: Color): Promise<Standing> {
  const containers = await containersIn(stack, environment);
  if (containers.length === 0) return { state: "absent", release: undefined };
  const releases = new Set(containers.map(({ release }) => release));
  const release = releases.size === 1 ? containers[0]?.release : undefined;
  const whole =
    containers
      .map(({ service }) => service)
      .sort()
      .join() === services.join();
  const all = (state: string) => whole && containers.every((container) => container.state === state);
  return { state: all("healthy") ? "ready" : all("exited") ? "stopped" : "partial", release };
}

async function containersIn(stack: Stack, environment: Color) {
  const label = `label=com.docker.compose.project=${stack.prepared.projects[environment]}`;
  const ids = await lines(["ps", "--all", "--quiet", "--filter", label]);
  if (ids.length === 0) return [];
  const service = '{{index .Config.Labels "com.docker.compose.service"}}';
  const release = '{{index .Config.Labels "switchover.release"}}';
  // Where Docker looks at no health, one that runs counts as healthy.
  const health = "{{if .State.Health}}{{.State.Health.Status}}{{else}}healthy{{end}}";
  const state = `{{if eq .State.Status "running"}}${health}{{else}}{{.State.Status}}{{end}}`;
  const seen = await lines(["container", "inspect", "--format", `${service} ${release} ${state}`, ...ids]);
  return seen.map((line) => {
    const [service = "", release = "", state = ""] = line.split(" ");
    return { service, release, state };
  });
}

/** The containers of migrations that are still there, at work or not. */
export function migrationsLeft(stack: Stack): Promise<string[]> {
  return lines(["ps", "--all", "--quiet", "--filter", `label=switchover.migration=${stack.name}`]);
}

async function lines(args: readonly string[]): Promise<string[]> {
  return (await succeed(["docker", ...args], { deadlineMs })).split("\n").filter(Boolean);
}
