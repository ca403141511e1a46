import { z } from "zod";
import type { DockerOptions } from "./client.ts";
import { containerIds, inspectContainers } from "./listing.ts";

const probeSchema = z.object({
  Start: z.string(),
  End: z.string(),
  ExitCode: z.number(),
  Output: z.string(),
});

const inspectSchema = z.object({
  Id: z.string(),
  Name: z.string(),
  Created: z.string(),
  Image: z.string(),
  RestartCount: z.number(),
  State: z.object({
    Status: z.enum(["created", "running", "paused", "restarting", "removing", "exited", "dead"]),
    Pid: z.number(),
    ExitCode: z.number(),
    OOMKilled: z.boolean(),
    Error: z.string(),
    StartedAt: z.string(),
    FinishedAt: z.string(),
    Health: z
      .object({
        Status: z.enum(["none", "starting", "healthy", "unhealthy"]),
        Log: z.array(probeSchema).nullable(),
      })
      .nullish(),
  }),
  Config: z.object({
    Labels: z.record(z.string(), z.string()).nullable(),
    Env: z.array(z.string()).nullable(),
    User: z.string(),
    WorkingDir: z.string(),
  }),
  HostConfig: z.object({
    ExtraHosts: z.array(z.string()).nullable(),
    RestartPolicy: z.object({ Name: z.string() }),
    PortBindings: z.record(z.string(), z.unknown()).nullish(),
  }),
  NetworkSettings: z.object({
    Networks: z.record(z.string(), z.object({ IPAddress: z.string() })),
    Ports: z.record(z.string(), z.array(z.object({ HostPort: z.string() })).nullable()).nullish(),
  }),
});

export interface Container {
  id: string;
  name: string;
  /** The Compose service that it runs. */
  service: string;
  /** The image's id, as Docker content-addresses it. */
  image: string;
  labels: Readonly<Record<string, string>>;
  /** The process number of what it runs, as the daemon's machine counts; 0 when it does not run. */
  pid: number;
  status: z.infer<typeof inspectSchema>["State"]["Status"];
  /** "none" when the image and the Compose file ask for no health check. */
  health: "none" | "starting" | "healthy" | "unhealthy";
  probes: readonly z.infer<typeof probeSchema>[];
  exitCode: number;
  outOfMemory: boolean;
  /** The daemon's own words when it could not start the container. */
  error: string;
  restarts: number;
  restartPolicy: string;
  startedAt: string;
  finishedAt: string;
  addresses: readonly string[];
  networks: readonly string[];
  /** The TCP ports that it offers, and where the daemon's machine publishes each. */
  ports: readonly { inside: number; published: readonly number[] }[];
  /** Whether ports of the daemon's machine are to lead to it, while it runs. */
  publishes: boolean;
  environment: readonly string[];
  user: string;
  workingDirectory: string;
  extraHosts: readonly string[];
}

/** The labels by which Compose marks its containers, the same in both of its versions. */
export const composeLabels = {
  project: "com.docker.compose.project",
  service: "com.docker.compose.service",
  oneOff: "com.docker.compose.oneoff",
  dependsOn: "com.docker.compose.depends_on",
} as const;

/**
 * The containers that carry all of these labels with exactly these values, running or not, oldest first.
 *
 * @throws Failure as `docker` does.
 */
export async function containersLabelled(
  labels: Readonly<Record<string, string>>,
  options: DockerOptions,
): Promise<Container[]> {
  return inspect(await containerIds({ all: true, labels }, options), options);
}

/** The containers of a Compose project's own services; those of `compose run` are left out. */
export async function containersOf(project: string, options: DockerOptions): Promise<Container[]> {
  const all = await containersLabelled({ [composeLabels.project]: project }, options);
  return all.filter((container) => container.labels[composeLabels.oneOff]?.toLowerCase() !== "true");
}

/**
 * Looks at containers by id or name; one that is gone by now is left out.
 *
 * @throws Failure COMMAND_FAILED when Docker refuses for another reason: that there are none must have been seen.
 */
export async function inspect(ids: readonly string[], options: DockerOptions): Promise<Container[]> {
  const inspected = z.array(inspectSchema).parse(await inspectContainers(ids, options));
  return inspected.map(asContainer).sort((one, other) => one.startedAt.localeCompare(other.startedAt));
}

function asContainer(raw: z.infer<typeof inspectSchema>): Container {
  const labels = raw.Config.Labels ?? {};
  const networks = Object.entries(raw.NetworkSettings.Networks);
  return {
    id: raw.Id,
    name: raw.Name.replace(/^\//, ""),
    service: labels[composeLabels.service] ?? "",
    image: raw.Image,
    labels,
    pid: raw.State.Pid,
    status: raw.State.Status,
    health: raw.State.Health?.Status ?? "none",
    probes: raw.State.Health?.Log ?? [],
    exitCode: raw.State.ExitCode,
    outOfMemory: raw.State.OOMKilled,
    error: raw.State.Error,
    restarts: raw.RestartCount,
    restartPolicy: raw.HostConfig.RestartPolicy.Name,
    startedAt: raw.State.StartedAt,
    finishedAt: raw.State.FinishedAt,
    addresses: networks.map(([, network]) => network.IPAddress).filter(Boolean),
    networks: networks.map(([name]) => name),
    ports: portsOf(raw.NetworkSettings.Ports ?? {}),
    publishes: Object.keys(raw.HostConfig.PortBindings ?? {}).length > 0,
    environment: raw.Config.Env ?? [],
    user: raw.Config.User,
    workingDirectory: raw.Config.WorkingDir,
    extraHosts: raw.HostConfig.ExtraHosts ?? [],
  };
}

function portsOf(bindings: NonNullable<z.infer<typeof inspectSchema>["NetworkSettings"]["Ports"]>) {
  return Object.entries(bindings)
    .filter(([inside]) => inside.endsWith("/tcp"))
    .map(([inside, published]) => ({
      inside: Number.parseInt(inside, 10),
      // One port may stand there twice, for both versions of IP.
      published: [...new Set((published ?? []).map(({ HostPort }) => Number(HostPort)))],
    }));
}
