import { isAbsolute, resolve } from "node:path";
import { z } from "zod";
import { askDaemon, askDocker, type DockerOptions, unheard } from "./client.ts";

const inspectSchema = z.object({
  Path: z.string(),
  Args: z.array(z.string()),
  Mounts: z.array(z.object({ Type: z.string(), Source: z.string().optional(), Destination: z.string() })),
});

/** A folder or file of the host, and where a container sees it. */
export interface BindMount {
  source: string;
  target: string;
}

/**
 * The host's paths that any container of this host sees, whether it runs or not, and those that its volumes stand for.
 *
 * @throws Failure as `docker` does.
 */
export async function allMounts(options: DockerOptions): Promise<BindMount[]> {
  const [containers, volumes] = await Promise.all([
    inspected("container", ["ps", "--all", "--quiet", "--no-trunc"], inspectSchema, options),
    inspected("volume", ["volume", "ls", "--quiet"], volumeSchema, options),
  ]);
  return [...containers.flatMap(bindMounts), ...volumes.flatMap(deviceOf)];
}

async function inspected<T>(
  kind: "container" | "volume",
  list: readonly string[],
  schema: z.ZodType<T>,
  options: DockerOptions,
): Promise<T[]> {
  const given = (await askDocker(list, unheard(options))).split("\n").filter(Boolean);
  if (given.length === 0) return [];
  // One that has gone since then mounts nothing any more.
  const { stdout } = await askDaemon(["docker", kind, "inspect", ...given], unheard(options));
  return z.array(schema).parse(JSON.parse(stdout));
}

const volumeSchema = z.object({
  Mountpoint: z.string(),
  Options: z.record(z.string(), z.string()).nullish(),
});

/** A volume of the local driver may stand for a folder of the host: it is mounted under the volume's name then. */
function deviceOf({ Mountpoint, Options }: z.infer<typeof volumeSchema>): BindMount[] {
  const device = Options?.["device"] ?? "";
  return isAbsolute(device) ? [{ source: resolve(device), target: Mountpoint }] : [];
}

function bindMounts({ Mounts }: z.infer<typeof inspectSchema>): BindMount[] {
  return Mounts.filter(({ Type }) => Type === "bind").map(({ Source = "", Destination }) => ({
    source: Source,
    target: Destination,
  }));
}

/**
 * What a container was started with: its argument list, and the host's paths that it sees.
 *
 * @throws Failure as `docker` does.
 */
export async function startedWith(
  container: string,
  options: DockerOptions,
): Promise<{ argv: string[]; mounts: BindMount[] }> {
  const [raw] = z
    .tuple([inspectSchema])
    .parse(JSON.parse(await askDocker(["container", "inspect", container], unheard(options))));
  return { argv: [raw.Path, ...raw.Args], mounts: bindMounts(raw) };
}

/**
 * The running containers into which a path of the host is mounted. One keeps what was there when it started, also after
 * another folder has taken its place.
 *
 * @throws Failure as `docker` does.
 */
export async function containersMounting(path: string, options: DockerOptions): Promise<string[]> {
  const args = ["ps", "--filter", `volume=${path}`, "--format", "{{.Names}}"];
  return (await askDocker(args, unheard(options))).split("\n").filter(Boolean);
}
