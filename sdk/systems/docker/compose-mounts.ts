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
});

/**
 * The host's files and folders that a project's Compose files mount, for every service.
 *
 * @throws Failure COMPOSE_FILE_INVALID with Compose's own words, and what `compose` throws.
 */
export async function composeMounts(on: ComposeProject, options: DockerOptions): Promise<BindMount[]> {
  // What Compose makes of its files has every secret in it, so it is kept out of the log.
  const completed = await composeConfig(on, { ...options, onLine: undefined });
  if (completed.exitCode !== 0) {
    throw new Failure("COMPOSE_FILE_INVALID", {
      message: `Compose refuses ${on.files.join(", ")}`,
      why: completed.stderr.trim(),
      remedy: "mend the file or the variables that it names",
    });
  }
  const { services } = modelSchema.parse(await readComposeConfig(completed.stdout));
  return Object.values(services).flatMap(({ volumes }) =>
    volumes.flatMap((mount) => bindMount(mount, on.directory)),
  );
}

function bindMount(mount: z.infer<typeof mountSchema>, directory: string): BindMount[] {
  if (typeof mount !== "string") {
    const { type, source, target } = mount;
    return type === "bind" && source !== undefined ? [{ source: resolve(directory, source), target }] : [];
  }
  const [source = "", target] = mount.split(":");
  const isPath = isAbsolute(source) || source.startsWith(".");
  return isPath && target !== undefined ? [{ source: resolve(directory, source), target }] : [];
}
