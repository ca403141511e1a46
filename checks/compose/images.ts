import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { type DockerOptions, daemon, findImage } from "../../sdk/systems/docker/index.ts";
import type { Fault } from "../faults.ts";

const buildSchema = z.union([
  z.string().transform((context) => ({ context, dockerfile: undefined, dockerfile_inline: undefined })),
  z.object({
    context: z.string().default("."),
    dockerfile: z.string().optional(),
    dockerfile_inline: z.string().optional(),
  }),
]);

const serviceSchema = z.object({
  image: z.string().optional(),
  build: buildSchema.nullish(),
  platform: z.string().optional(),
});

/**
 * What is wrong with what a Compose project's services are made from. A context that is an address is left to the build,
 * and an image that is not here to the pull, where a deployment pulls.
 */
export async function imageFaults(
  services: Readonly<Record<string, unknown>>,
  { directory, pulled }: { directory: string; pulled: boolean },
  options: DockerOptions,
): Promise<Fault[]> {
  const parsed = Object.entries(services).map(([name, service]) => ({
    name,
    ...serviceSchema.parse(service),
  }));
  const contexts = parsed.flatMap(({ name, build }) => (build ? contextFaults(name, build, directory) : []));
  const ready = parsed.flatMap(({ image, build, platform }) =>
    image && !build ? [{ image, platform }] : [],
  );
  const distinct = new Map(ready.map((one) => [one.image, one]));
  if (distinct.size === 0) return contexts;
  const { platform: own } = await daemon(options);
  const found = await Promise.all(
    [...distinct.values()].map(({ image, platform }) =>
      namedImageFaults(image, { platform: platform ?? own, absence: pulled ? "fine" : "warn" }, options),
    ),
  );
  return [...contexts, ...found.flat()];
}

function contextFaults(service: string, build: z.output<typeof buildSchema>, directory: string): Fault[] {
  const { context, dockerfile, dockerfile_inline: inline } = build;
  if (/^[a-z+]+:\/\/|^git@/.test(context)) return [];
  const folder = resolve(directory, context);
  const remedy = `mend build of the service ${service}, or check the files out`;
  if (!existsSync(folder))
    return [{ status: "fail", says: `the build context ${folder} of ${service} is missing`, remedy }];
  const file = resolve(folder, dockerfile ?? "Dockerfile");
  if (inline !== undefined || existsSync(file)) return [];
  return [{ status: "fail", says: `the Dockerfile ${file} of ${service} is missing`, remedy }];
}

/** What is wrong with an image that is taken as it is: that it is not here, is for another machine, or may move. */
export async function namedImageFaults(
  image: string,
  { platform, absence }: { platform: string; absence: "fine" | "warn" | "fail" },
  options: DockerOptions,
): Promise<Fault[]> {
  const found = await findImage(image, options);
  if (found === undefined) {
    if (absence === "fine") return [];
    const says = `the image ${image} is not on this host, and would have to be pulled`;
    return [{ status: absence, says, remedy: `docker pull ${image}` }];
  }
  const wrong = !isFor(found.platform, platform);
  const says = `the image ${image} is for ${found.platform}, and ${platform} is wanted`;
  const remedy = `docker pull --platform ${platform} ${image}`;
  return [
    ...(wrong ? [{ status: "fail" as const, says, remedy }] : []),
    ...movingFaults(image, found.digest),
  ];
}

/** "linux/arm64/v8" is a closer word for "linux/arm64". */
function isFor(platform: string, wanted: string): boolean {
  return wanted === platform || wanted.startsWith(`${platform}/`);
}

function movingFaults(image: string, digest: string | undefined): Fault[] {
  const tag = /:([^/:@]+)$/.exec(image)?.[1];
  if (image.includes("@sha256:") || (tag !== undefined && tag !== "latest")) return [];
  const says = `the image ${image} has no tag of its own, and may be another one at the next pull`;
  return [{ status: "warn", says, remedy: `name it by its content: ${digest ?? `${image}@sha256:…`}` }];
}
