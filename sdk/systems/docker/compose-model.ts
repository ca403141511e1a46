import { z } from "zod";
import { Failure } from "../../core/errors/index.ts";
import type { DockerOptions } from "./client.ts";
import { type ComposeProject, composeConfig, readComposeConfig } from "./compose.ts";

const serviceSchema = z.object({
  image: z.string().optional(),
  build: z.unknown().optional(),
  depends_on: z.union([z.array(z.string()), z.record(z.string(), z.unknown())]).optional(),
});

const modelSchema = z.object({ services: z.record(z.string(), serviceSchema) });

export interface ComposeService {
  name: string;
  image: string | undefined;
  built: boolean;
  dependsOn: readonly string[];
}

/**
 * What Compose makes of its files: every service with what matters to a deployment.
 *
 * @throws Failure COMPOSE_FILE_INVALID with Compose's own words, and what `compose` throws.
 */
export async function composeModel(on: ComposeProject, options: DockerOptions): Promise<ComposeService[]> {
  // What Compose makes of its files has every secret in it, so it is kept out of the log.
  const completed = await composeConfig(on, { ...options, onLine: undefined });
  if (completed.exitCode !== 0) {
    throw new Failure("COMPOSE_FILE_INVALID", {
      message: `Compose refuses ${on.files.join(", ")}`,
      why: completed.stderr.trim(),
      remedy: "mend the file or the variables that it names",
    });
  }
  const model = modelSchema.parse(await readComposeConfig(completed.stdout));
  return Object.entries(model.services).map(([name, service]) => ({
    name,
    image: service.image,
    built: service.build !== undefined,
    dependsOn: Array.isArray(service.depends_on) ? service.depends_on : Object.keys(service.depends_on ?? {}),
  }));
}
