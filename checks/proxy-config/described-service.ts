import { resolve } from "node:path";
import { z } from "zod";
import { Failure } from "../../sdk/core/errors/index.ts";
import type { BindMount, ComposeProject, DockerOptions } from "../../sdk/systems/docker/index.ts";
import { readModel } from "../compose/model.ts";
import { readVariables } from "../compose/variables.ts";

/** The proxy as a check is told of it. */
export interface ProxyService extends ComposeProject {
  service: string;
  variables: Readonly<Record<string, string>>;
}

const words = z.preprocess(
  (value) => (typeof value === "string" ? value.split(/\s+/) : (value ?? [])),
  z.array(z.string()),
);

const serviceSchema = z.object({
  image: z.string().optional(),
  command: words,
  entrypoint: words,
  volumes: z
    .array(
      z.union([
        z.string(),
        z.object({ type: z.string(), source: z.string().optional(), target: z.string() }),
      ]),
    )
    .default([]),
});

/** What the Compose files say of the proxy's service now. */
export interface Described extends Omit<z.infer<typeof serviceSchema>, "volumes"> {
  mounts: readonly BindMount[];
  variables: Readonly<Record<string, string>>;
}

/**
 * Reads the proxy's service from its Compose files.
 *
 * @throws Failure COMPOSE_FILE_INVALID, ENV_FILE_UNREADABLE
 */
export async function describedService(on: ProxyService, options: DockerOptions): Promise<Described> {
  const variables = readVariables(on);
  const model = await readModel(on, variables, options);
  if (!model.accepted) throw refused(on, model.said);
  const { volumes, ...service } = serviceSchema.parse(model.services[on.service] ?? {});
  const mounts = volumes.flatMap((volume) => mountOf(volume, on.directory));
  return { ...service, mounts, variables: variables.given };
}

function mountOf(volume: z.infer<typeof serviceSchema>["volumes"][number], directory: string): BindMount[] {
  if (typeof volume !== "string") {
    const { type, source, target } = volume;
    return type === "bind" && source !== undefined ? [{ source, target }] : [];
  }
  const [source = "", target = ""] = volume.split(":");
  return /^[./~]/.test(source) ? [{ source: resolve(directory, source), target }] : [];
}

function refused(on: ComposeProject, said: string): Failure {
  return new Failure("COMPOSE_FILE_INVALID", {
    message: `Compose refuses ${on.files.join(", ")}`,
    why: said,
    remedy: "mend the file, or the variables that it names",
  });
}
