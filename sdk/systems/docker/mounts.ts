import { z } from "zod";
import { type DockerOptions, docker, unheard } from "./client.ts";

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
    .parse(JSON.parse(await docker(["container", "inspect", container], unheard(options))));
  const mounts = raw.Mounts.filter(({ Type }) => Type === "bind").map(({ Source = "", Destination }) => ({
    source: Source,
    target: Destination,
  }));
  return { argv: [raw.Path, ...raw.Args], mounts };
}

/**
 * The running containers into which a path of the host is mounted. One keeps what was there when it started, also after
 * another folder has taken its place.
 *
 * @throws Failure as `docker` does.
 */
export async function containersMounting(path: string, options: DockerOptions): Promise<string[]> {
  const args = ["ps", "--filter", `volume=${path}`, "--format", "{{.Names}}"];
  return (await docker(args, unheard(options))).split("\n").filter(Boolean);
}
