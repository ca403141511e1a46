import { basename } from "node:path";
import { compose, type DockerOptions, findImage, leavingNothing } from "../../sdk/systems/docker/index.ts";
import { nginxFlags } from "../../sdk/systems/nginx/index.ts";
import { type Described, describedService, type ProxyService } from "./described-service.ts";
import type { Tested } from "./tested.ts";

/** Lets nginx test its configuration in a container like the one that it will run in; nothing of it stays. */
export async function testAnew(on: ProxyService, options: DockerOptions): Promise<Tested | "no image"> {
  const service = await describedService(on, options);
  if (!(await hasImage(on, service, options))) return "no image";
  const name = `${on.project}-check-${crypto.randomUUID().slice(0, 8)}`;
  const alone = ["--rm", "--no-deps", "-T", "--name", name];
  const { program, flags } = startOf(service);
  const { exitCode, stdout, stderr } = await leavingNothing(on.project, name, options, () =>
    compose(on, ["run", ...alone, on.service, ...program, ...flags, "-T"], {
      ...options,
      env: { ...service.variables },
    }),
  );
  const { mounts } = service;
  return { how: "in a container made for it", exitCode, dump: stdout, said: stderr, mounts, flags };
}

function startOf({ command, entrypoint }: Described): { program: string[]; flags: string[] } {
  // Where nginx is the entrypoint itself, what stands behind the service's name are its arguments.
  const isEntrypoint = entrypoint.some((word) => basename(word) === "nginx");
  return isEntrypoint
    ? { program: [], flags: nginxFlags(["nginx", ...command]) }
    : { program: ["nginx"], flags: nginxFlags(command) };
}

async function hasImage(on: ProxyService, { image }: Described, options: DockerOptions): Promise<boolean> {
  // Version 2 and version 1 of Compose name what they build in two ways.
  const names =
    image === undefined ? [`${on.project}-${on.service}`, `${on.project}_${on.service}`] : [image];
  const found = await Promise.all(names.map((name) => findImage(name, options)));
  return found.some((candidate) => candidate !== undefined);
}
