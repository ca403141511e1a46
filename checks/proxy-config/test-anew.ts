import { basename, resolve } from "node:path";
import { z } from "zod";
import { Failure } from "../../sdk/core/errors/index.ts";
import {
  type BindMount,
  type ComposeProject,
  compose,
  type DockerOptions,
  findImage,
  leavingNothing,
} from "../../sdk/systems/docker/index.ts";
import { nginxFlags } from "../../sdk/systems/nginx/index.ts";
import { readModel } from "../compose/model.ts";
import { readVariables } from "../compose/variables.ts";
import type { Tested } from "./tested.ts";

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

type Service = z.infer<typeof serviceSchema>;

/** Lets nginx test its configuration in a container like the one that it will run in; nothing of it stays. */
export async function testAnew(
  on: ComposeProject & { service: string; variables: Readonly<Record<string, string>> },
  options: DockerOptions,
): Promise<Tested | "no image"> {
  const variables = readVariables(on);
  const model = await readModel(on, variables, options);
  if (!model.accepted) throw refused(on, model.said);
  const service = serviceSchema.parse(model.services[on.service] ?? {});
  if (!(await hasImage(on, service, options))) return "no image";
  const name = `${on.project}-check-${crypto.randomUUID().slice(0, 8)}`;
  const flags = ["--rm", "--no-deps", "-T", "--name", name];
  const { exitCode, stdout, stderr } = await leavingNothing(on.project, name, options, () =>
    compose(on, ["run", ...flags, on.service, ...testCommand(service)], {
      ...options,
      env: { ...variables.given },
    }),
  );
  const mounts = service.volumes.flatMap((volume) => mountOf(volume, on.directory));
  return { how: "in a container made for it", exitCode, dump: stdout, said: stderr, mounts };
}

function testCommand({ command, entrypoint }: Service): string[] {
  // Where nginx is the entrypoint itself, what stands behind the service's name are its arguments.
  if (entrypoint.some((word) => basename(word) === "nginx")) {
    return [...nginxFlags(["nginx", ...command]), "-T"];
  }
  return ["nginx", ...nginxFlags(command), "-T"];
}

async function hasImage(
  on: ComposeProject & { service: string },
  { image }: Service,
  options: DockerOptions,
): Promise<boolean> {
  // Version 2 and version 1 of Compose name what they build in two ways.
  const names =
    image === undefined ? [`${on.project}-${on.service}`, `${on.project}_${on.service}`] : [image];
  const found = await Promise.all(names.map((name) => findImage(name, options)));
  return found.some((candidate) => candidate !== undefined);
}

function mountOf(volume: Service["volumes"][number], directory: string): BindMount[] {
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
