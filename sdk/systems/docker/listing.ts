import { z } from "zod";
import { Failure } from "../../core/errors/index.ts";
import { askDaemon, askDocker, type DockerOptions, unheard } from "./client.ts";
import { askEngine } from "./engine.ts";

const listSchema = z.array(z.object({ Id: z.string() }));

/** Which containers are meant: those that run, or all of them; and only those with these labels, where there are any. */
export interface Which {
  all: boolean;
  labels?: Readonly<Record<string, string>>;
}

/**
 * The ids of containers.
 *
 * @throws Failure as `docker` does.
 */
export async function containerIds({ all, labels = {} }: Which, options: DockerOptions): Promise<string[]> {
  const wanted = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  const filters = encodeURIComponent(JSON.stringify({ label: wanted }));
  const listed = await askEngine(`/containers/json?all=${all}&filters=${filters}`, options);
  if (listed) return listSchema.parse(listed).map(({ Id }) => Id);
  const flags = [...(all ? ["--all"] : []), ...wanted.flatMap((label) => ["--filter", `label=${label}`])];
  const printed = await askDocker(["ps", "--quiet", "--no-trunc", ...flags], unheard(options));
  return printed.split("\n").filter(Boolean);
}

/**
 * What Docker tells of containers, by id or name, as it tells it; one that is gone by now is left out.
 *
 * @throws Failure COMMAND_FAILED when Docker refuses for another reason: that there are none must have been seen.
 */
export async function inspectContainers(ids: readonly string[], options: DockerOptions): Promise<unknown[]> {
  if (ids.length === 0) return [];
  const told = await Promise.all(
    ids.map((id) => askEngine(`/containers/${encodeURIComponent(id)}/json`, options)),
  );
  if (!told.includes(undefined)) return told.filter((one) => one !== null);
  const answers: unknown[] = [];
  for (let from = 0; from < ids.length; from += askedAtOnce) {
    answers.push(...(await inspectByClient(ids.slice(from, from + askedAtOnce), options)));
  }
  return answers;
}

/** What docker tells of one container is some 10 kB; of all that it prints, no more is kept than `run` keeps. */
const askedAtOnce = 100;

async function inspectByClient(ids: readonly string[], options: DockerOptions): Promise<unknown[]> {
  const argv = ["docker", "container", "inspect", ...ids];
  const { exitCode, stderr, stdout } = await askDaemon(argv, unheard(options));
  if (exitCode !== 0 && !/no such container/i.test(stderr)) throw refused(stderr, exitCode);
  return z.array(z.unknown()).parse(JSON.parse(stdout.trim() === "" ? "[]" : stdout));
}

function refused(stderr: string, exitCode: number): Failure {
  return new Failure("COMMAND_FAILED", {
    message: `docker container inspect exited ${exitCode}`,
    why: stderr.trim(),
    remedy: "read the log file for the whole command and what it printed",
    details: { exitCode },
  });
}
