import { isAbsolute, resolve } from "node:path";
import { z } from "zod";
import { Failure } from "../../core/errors/index.ts";
import { askDaemon, askDocker, type DockerOptions, unheard } from "./client.ts";
import { containerIds, inspectContainers } from "./listing.ts";

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
    containerIds({ all: true }, options).then((ids) => inspectContainers(ids, options)),
    allVolumes(options),
  ]);
  return [...z.array(inspectSchema).parse(containers).flatMap(bindMounts), ...volumes.flatMap(deviceOf)];
}

const volumeSchema = z.object({
  Mountpoint: z.string(),
  Options: z.record(z.string(), z.string()).nullish(),
});

async function allVolumes(options: DockerOptions): Promise<z.infer<typeof volumeSchema>[]> {
  const given = (await askDocker(["volume", "ls", "--quiet"], unheard(options))).split("\n").filter(Boolean);
  if (given.length === 0) return [];
  // One that has gone since then mounts nothing any more.
  const { stdout } = await askDaemon(["docker", "volume", "inspect", ...given], unheard(options));
  return z.array(volumeSchema).parse(JSON.parse(stdout));
}

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
  const [raw] = z.array(inspectSchema).parse(await inspectContainers([container], options));
  if (raw === undefined) throw gone(container);
  return { argv: [raw.Path, ...raw.Args], mounts: bindMounts(raw) };
}

function gone(container: string): Failure {
  return new Failure("COMMAND_FAILED", {
    message: `there is no container ${container} any more`,
    remedy: "find out what has removed it, and run the script again",
  });
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
