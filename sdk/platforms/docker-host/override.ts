import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { Failure } from "../../core/errors/index.ts";
import { makeFolder, writeFileAtomically, writeTrouble } from "../../core/files/index.ts";
import type { Environment, Release } from "../../core/release/index.ts";
import type { ComposeProject } from "../../systems/docker/index.ts";
import { labels, type Member, type Site } from "./site.ts";

/** The name that a service's image gets for one release; it keeps the image from being pruned. */
export function imageName(project: string, member: Member, releaseId: string): string {
  return `${project}/${member.name.toLowerCase()}:${releaseId}`;
}

/** The Compose file that gives every built service its release's name. */
export function buildOverride(project: string, members: readonly Member[], releaseId: string): unknown {
  const services = members.map((member) => [
    member.composeService,
    { image: imageName(project, member, releaseId) },
  ]);
  return { services: Object.fromEntries(services) };
}

/**
 * The Compose file that pins every service to its image's content and says which release and environment it is.
 *
 * @param told the variables that each Compose service is told besides, over those of its owner's files
 */
export function pinOverride(
  members: readonly Member[],
  environment: Environment,
  release: Release,
  told: ReadonlyMap<string, Readonly<Record<string, string>>> = new Map(),
): unknown {
  const own = {
    [labels.release]: release.id,
    [labels.environment]: environment,
    [labels.services]: members.map(({ name }) => name).join(","),
  };
  const services = members.map((member) => [
    member.composeService,
    {
      image: release.images[member.name],
      labels: own,
      environment: { ...told.get(member.composeService), ...variables(environment, release.id) },
    },
  ]);
  return { services: Object.fromEntries(services) };
}

/** What the Compose files and the containers are told of the deployment. */
export function variables(environment: Environment, releaseId: string): Record<string, string> {
  return { SWITCHOVER_ENVIRONMENT: environment, SWITCHOVER_RELEASE: releaseId };
}

/**
 * Writes a Compose file behind the owner's own files. Compose files want the version of the files they override
 * when Compose is of version 1, so the first file's is repeated.
 *
 * @throws Failure STATE_NOT_WRITTEN
 */
export async function withOverride(
  site: Site,
  on: ComposeProject,
  name: string,
  override: unknown,
): Promise<ComposeProject> {
  const version = await versionOf(on.files[0]);
  const whole = version === undefined ? override : { version, ...(override as object) };
  const file = writeSomewhere(
    site.configuration.state("compose", `${name}.json`),
    `${JSON.stringify(whole, null, 2)}\n`,
  );
  return { ...on, files: [...on.files, file] };
}

/**
 * Writes a file that nobody needs after this run. Where its place is full it goes into memory, or to where temporary
 * files go: an environment can then still be put back as it was.
 */
export function writeSomewhere(path: string, text: string): string {
  try {
    makeFolder(dirname(path));
    writeFileAtomically(path, text);
    return path;
  } catch (thrown) {
    const name = basename(path);
    return writtenIn("/dev/shm", name, text) ?? writtenIn(tmpdir(), name, text) ?? notWritten(path, thrown);
  }
}

/** The file in a new folder of its own, which goes with this process; undefined when it cannot be written. */
function writtenIn(folder: string, name: string, text: string): string | undefined {
  try {
    const own = mkdtempSync(join(folder, "switchover-"));
    process.once("exit", () => rmSync(own, { recursive: true, force: true }));
    writeFileAtomically(join(own, name), text);
    return join(own, name);
  } catch {
    return undefined;
  }
}

function notWritten(path: string, thrown: unknown): never {
  const { errno, ...rest } = writeTrouble(path, thrown);
  throw new Failure("STATE_NOT_WRITTEN", {
    message: `the Compose file ${path} cannot be written${errno === undefined ? "" : ` (${errno})`}`,
    ...rest,
    cause: thrown,
  });
}

async function versionOf(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  return /^version:\s*["']?([0-9.]+)/m.exec(await Bun.file(file).text())?.[1];
}
