import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { z } from "zod";
import { Failure } from "../../core/errors/index.ts";
import { type DockerOptions, docker, runAgainstDaemon, unheard } from "./client.ts";
import { composeLabels } from "./containers.ts";
import { containerIds, inspectContainers } from "./listing.ts";

/** A name that an image has on this host. */
export interface ImageName {
  /** `cell-hub/backend` */
  repository: string;
  tag: string;
  id: string;
}

/** The names of images under a prefix: `cell-hub/` lists `cell-hub/backend:1.8.3`. */
export async function imageNames(prefix: string, options: DockerOptions): Promise<ImageName[]> {
  const format = "{{.Repository}}\t{{.Tag}}\t{{.ID}}";
  const listed = await docker(["image", "ls", "--no-trunc", "--format", format], unheard(options));
  return listed.split("\n").flatMap((line) => {
    const [repository = "", tag = "", id = ""] = line.split("\t");
    return repository.startsWith(prefix) && tag !== "<none>" ? [{ repository, tag, id }] : [];
  });
}

/** The images without a name that Compose built for a project, and that no other image is built on. */
export async function namelessImages(project: string, options: DockerOptions): Promise<string[]> {
  const filters = ["dangling=true", `label=${composeLabels.project}=${project}`].flatMap((filter) => [
    "--filter",
    filter,
  ]);
  const listed = await docker(["image", "ls", "--quiet", "--no-trunc", ...filters], unheard(options));
  return [...new Set(listed.split("\n").filter(Boolean))];
}

/** The images that containers were made from, running or not, whosesoever they are. */
export async function imagesInUse(options: DockerOptions): Promise<ReadonlySet<string>> {
  // One that is gone by now uses nothing.
  const all = await inspectContainers(await containerIds({ all: true }, options), options);
  return new Set(
    z
      .array(z.object({ Image: z.string() }))
      .parse(all)
      .map(({ Image }) => Image),
  );
}

/**
 * Takes a name, or an image without one, away: never by force, so that what a container or another image needs stays. False
 * when it is needed.
 */
export async function removeImage(name: string, options: DockerOptions): Promise<boolean> {
  const { exitCode, stderr } = await runAgainstDaemon(["docker", "image", "rm", name], options);
  if (exitCode === 0 || /no such image/i.test(stderr)) return true;
  if (/conflict|is being used|image has dependent child images/i.test(stderr)) return false;
  throw refused(`docker image rm ${name}`, stderr, exitCode);
}

/** Removes what the builder has kept and nobody has used for so many days; gives what Docker says it freed. */
export async function pruneBuildCache(days: number, options: DockerOptions): Promise<string> {
  const printed = await docker(["builder", "prune", "--force", "--filter", `until=${days * 24}h`], options);
  return /Total(?: reclaimed space)?:\s*(\S+)/.exec(printed)?.[1] ?? "0B";
}

const listingLabel = "switchover.listing";
/** An image that declares volumes gave each of its containers some without a name. */
const remove = ["container", "rm", "--volumes"];

/**
 * The files under a folder of an image, relative to it; none when the image has no such folder. The image is not run.
 */
export async function filesOfImage(image: string, folder: string, options: DockerOptions): Promise<string[]> {
  await removeLeftovers(options);
  const copy = mkdtempSync(join(tmpdir(), "switchover-listing-"));
  const id = (await docker(["create", "--label", listingLabel, image, "true"], options)).trim();
  try {
    const copied = await runAgainstDaemon(
      ["docker", "container", "cp", `${id}:${folder}/.`, copy],
      unheard(options),
    );
    const missing = /could not find|no such file or directory|no such container:path/i.test(copied.stderr);
    if (copied.exitCode !== 0 && !missing)
      throw refused("docker container cp", copied.stderr, copied.exitCode);
    const entries = readdirSync(copy, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(copy, join(entry.parentPath, entry.name)));
  } finally {
    rmSync(copy, { recursive: true, force: true });
    // The work may have been cut off: cleaning up has a time of its own.
    const afterwards = { env: options.env, deadlineMs: 15_000 };
    await docker([...remove, id], afterwards).catch(() => undefined);
  }
}

/** Containers of a run that was killed; they were never started. */
async function removeLeftovers(options: DockerOptions): Promise<void> {
  const filters = ["--filter", `label=${listingLabel}`, "--filter", "status=created"];
  const left = (await docker(["ps", "--all", "--quiet", ...filters], unheard(options)))
    .split("\n")
    .filter(Boolean);
  if (left.length > 0) await runAgainstDaemon(["docker", ...remove, ...left], options);
}

function refused(what: string, stderr: string, exitCode: number): Failure {
  return new Failure("COMMAND_FAILED", {
    message: `${what} exited ${exitCode}`,
    why: stderr.trim(),
    remedy: "read the log file for the whole command and what it printed",
    details: { exitCode },
  });
}
