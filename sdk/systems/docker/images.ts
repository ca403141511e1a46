import { z } from "zod";
import { Failure } from "../../core/errors/index.ts";
import { askDaemon, type DockerOptions, outputOf, runAgainstDaemon, unheard } from "./client.ts";
import { askEngine } from "./engine.ts";

const imageSchema = z.object({
  Id: z.string(),
  RepoDigests: z.array(z.string()).nullable(),
  Os: z.string(),
  Architecture: z.string(),
  Config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
});

export interface Image {
  /** The content address of the image on this host. */
  id: string;
  /** The registry's digest, `name@sha256:…`, for an image that came from one. */
  digest: string | undefined;
  /** Every one of them: it may have come from several. */
  digests: readonly string[];
  /** What it was built for, such as "linux/amd64". */
  platform: string;
  /** What it was labelled with when it was built. */
  labels: Readonly<Record<string, string>>;
}

/** The image of this name, id or digest on this host; undefined when there is none. */
export async function findImage(name: string, options: DockerOptions): Promise<Image | undefined> {
  const inspected = await inspectImage(name, options);
  if (inspected === undefined) return undefined;
  const { Id, RepoDigests, Os, Architecture, Config } = imageSchema.parse(inspected);
  return {
    id: Id,
    digest: RepoDigests?.[0],
    digests: RepoDigests ?? [],
    platform: `${Os}/${Architecture}`,
    labels: Config?.Labels ?? {},
  };
}

/**
 * Gives an image another name, which also keeps it from being pruned.
 *
 * @throws Failure IMAGE_MISSING
 */
export async function tagImage(image: string, name: string, options: DockerOptions): Promise<void> {
  const completed = await runAgainstDaemon(["docker", "image", "tag", image, name], options);
  if (completed.exitCode === 0) return;
  throw new Failure("IMAGE_MISSING", {
    message: `the image ${image} cannot be tagged`,
    why: completed.stderr.trim(),
    remedy: "deploy the release again, which builds its images",
  });
}

const userSchema = z.object({ Config: z.object({ User: z.string().default("") }) });

/** The user that an image's containers run as, as its `USER` says it; undefined when there is no such image. */
export async function imageUser(name: string, options: DockerOptions): Promise<string | undefined> {
  const inspected = await inspectImage(name, options);
  return inspected === undefined ? undefined : userSchema.parse(inspected).Config.User;
}

const noSuchImage = /no such image|invalid reference/i;

/**
 * What Docker tells of an image, as it tells it; undefined when there is none of this name.
 *
 * @throws Failure COMMAND_FAILED when Docker refuses for another reason: that there is none must have been seen.
 */
async function inspectImage(name: string, options: DockerOptions): Promise<unknown> {
  // The client would ask for another page of the daemon's, and no image is called so.
  if (name.split("/").includes("..")) return undefined;
  const told = await askEngine(`/images/${encodeURIComponent(name)}/json`, options);
  if (told !== undefined) return told ?? undefined;
  const args = ["image", "inspect", name];
  const completed = await askDaemon(["docker", ...args], unheard(options));
  if (completed.exitCode !== 0 && noSuchImage.test(completed.stderr)) return undefined;
  return z.tuple([z.unknown()]).parse(JSON.parse(outputOf(completed, args)))[0];
}
