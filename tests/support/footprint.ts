import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { succeed } from "../../sdk/core/process/index.ts";
import type { Stack } from "./stack.ts";

/** Everything of a stack that a run could change and that is not merely a trace of it. */
export interface Footprint {
  /** Id, image, state and start of every container. */
  containers: readonly string[];
  images: readonly string[];
  networks: readonly string[];
  volumes: readonly string[];
  marker: boolean;
  history: string;
  journals: readonly string[];
  releases: readonly string[];
}

const deadlineMs = 30_000;

export async function footprintOf(stack: Stack): Promise<Footprint> {
  const [containers, images, networks, volumes] = await Promise.all([
    containersOf(stack),
    lines(["image", "ls", "--no-trunc", "--format", "{{.Repository}}:{{.Tag}} {{.ID}}", `${stack.name}/*`]),
    lines(["network", "ls", "--no-trunc", "--quiet", "--filter", `name=${stack.name}`]),
    lines(["volume", "ls", "--quiet", "--filter", `name=${stack.name}`]),
  ]);
  return {
    containers,
    images,
    networks,
    volumes,
    marker: existsSync(join(stack.prepared.switchDirectory, "green")),
    history: textOf(stack.state("history.jsonl")),
    journals: filesIn(stack.state("journals")),
    releases: filesIn(stack.state("releases")),
  };
}

async function containersOf(stack: Stack): Promise<string[]> {
  const ids = await lines(["ps", "--all", "--quiet", "--filter", `name=${stack.name}`]);
  const format = "{{.Id}} {{.Image}} {{.State.Status}} {{.State.StartedAt}} {{.RestartCount}}";
  return ids.length === 0 ? [] : lines(["container", "inspect", "--format", format, ...ids]);
}

async function lines(args: readonly string[]): Promise<string[]> {
  const printed = await succeed(["docker", ...args], { deadlineMs });
  return printed.split("\n").filter(Boolean).sort();
}

function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

/** The files of a folder with what they hold. */
function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((name) => `${name}\n${textOf(join(folder, name))}`);
}
