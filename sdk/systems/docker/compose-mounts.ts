import { isAbsolute, resolve } from "node:path";
import { z } from "zod";
import { Failure } from "../../core/errors/index.ts";
import type { DockerOptions } from "./client.ts";
import { type ComposeProject, composeConfig, readComposeConfig } from "./compose.ts";
import type { BindMount } from "./mounts.ts";

/** Version 2 prints every mount as an object, version 1 as `source:target:options`. */
const mountSchema = z.union([
  z.string(),
  z.object({ type: z.string(), source: z.string().optional(), target: z.string() }),
]);

const modelSchema = z.object({
  services: z.record(z.string(), z.object({ volumes: z.array(mountSchema).default([]) })).default({}),
  volumes: z
    .record(
      z.string(),
      z.object({ driver_opts: z.object({ device: z.string().optional() }).nullish() }).nullable(),
    )
    .nullish(),
});

/**
 * The host's files and folders that a project's Compose files mount, for every service of every profile: by themselves, or as
 * volumes that stand for a folder.
 *
 * @throws Failure COMPOSE_FILE_INVALID with Compose's own words, and what `compose` throws.
 */
export async function composeMounts(on: ComposeProject, options: DockerOptions): Promise<BindMount[]> {
  // What Compose makes of its files has every secret in it, so it is kept out of the log.
  const completed = await composeConfig(on, {
    ...options,
    onLine: undefined,
    env: { ...options.env, COMPOSE_PROFILES: "*" },
  });
  if (completed.exitCode !== 0) {
    throw new Failure("COMPOSE_FILE_INVALID", {
      message: `Compose refuses ${on.files.join(", ")}`,
      why: completed.stderr.trim(),
      remedy: "mend the file or the variables that it names",
    });
  }
  const { services, volumes: named } = modelSchema.parse(await readComposeConfig(completed.stdout));
  return Object.values(services).flatMap(({ volumes }) =>
    volumes.flatMap((mount) =>
      bindMount(mount, on.directory, (volume) => named?.[volume]?.driver_opts?.device),
    ),
  );
}

function bindMount(
  mount: z.infer<typeof mountSchema>,
  directory: string,
  deviceOf: (volume: string) => string | undefined,
): BindMount[] {
  const throughVolume = (volume: string, target: string) => {
    const device = deviceOf(volume);
    return device !== undefined && isAbsolute(device) ? [{ source: resolve(device), target }] : [];
  };
  if (typeof mount !== "string") {
    const { type, source, target } = mount;
    if (source === undefined) return [];
    return type === "bind" ? [{ source: resolve(directory, source), target }] : throughVolume(source, target);
  }
  const [source = "", target] = mount.split(":");
  const isPath = isAbsolute(source) || source.startsWith(".");
  if (target === undefined) return [];
  return isPath ? [{ source: resolve(directory, source), target }] : throughVolume(source, target);
}
