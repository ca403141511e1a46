import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { succeed } from "../../../sdk/core/process/index.ts";
import { compose, findImage } from "../../../sdk/systems/docker/index.ts";

const deadlineMs = 60_000;

/** A Compose project of a test's own, in a folder of its own; all of it goes when the test ends. */
export interface Fixture extends AsyncDisposable {
  project: string;
  directory: string;
  files: string[];
  envFiles: string[];
  readonly path: (name: string) => string;
  readonly write: (name: string, text: string) => void;
  up(...services: string[]): Promise<void>;
  /** The ids of what exists of the project: containers, networks and volumes. */
  parts(): Promise<string[]>;
}

let count = 0;

/** Writes files into a new folder; `compose.yml` and, where it is given, `.env` make the project. */
export function fixture(texts: Record<string, string>): Fixture {
  count += 1;
  const project = `switchover-check-test-${process.pid}-${count}`;
  const directory = realpathSync(mkdtempSync(join(tmpdir(), `${project}-`)));
  // The containers' own users look into it.
  chmodSync(directory, 0o755);
  const path = (name: string) => join(directory, name);
  const write = (name: string, text: string) => {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), text, { mode: name.startsWith(".env") ? 0o600 : 0o644 });
  };
  for (const [name, text] of Object.entries(texts)) write(name, text);
  const on = {
    project,
    directory,
    files: [path("compose.yml")],
    envFiles: ".env" in texts ? [path(".env")] : [],
  };
  return {
    ...on,
    path,
    write,
    async up(...services) {
      const { exitCode, stderr } = await compose(on, ["up", "--detach", ...services], { deadlineMs });
      if (exitCode !== 0) throw new Error(stderr);
    },
    parts: () => partsOf(project),
    async [Symbol.asyncDispose]() {
      await compose(on, ["down", "--volumes", "--timeout", "0"], { deadlineMs });
      rmSync(directory, { recursive: true });
    },
  };
}

async function partsOf(project: string): Promise<string[]> {
  const filter = ["--quiet", "--filter", `label=com.docker.compose.project=${project}`];
  const lists = [
    ["ps", "--all"],
    ["network", "ls"],
    ["volume", "ls"],
  ].map((list) => succeed(["docker", ...list, ...filter], { deadlineMs }));
  return (await Promise.all(lists)).flatMap((list) => list.split("\n").filter(Boolean));
}

/** The image with nginx in it, built from the example where it is not here yet. */
export async function nginxImage(): Promise<string> {
  const name = "cell-hub-services:bookworm";
  if ((await findImage(name, { deadlineMs })) !== undefined) return name;
  const example = resolve(import.meta.dir, "../../../examples/cell-hub");
  const build = ["docker", "build", "-q", "-t", name, "-f", join(example, "services/Dockerfile"), example];
  await succeed(build, { deadlineMs: 300_000, env: { DOCKER_BUILDKIT: "0" } });
  return name;
}

/** Waits until something is so. */
export async function until(holds: () => boolean | Promise<boolean>, timeoutMs = 20_000): Promise<void> {
  const giveUpAt = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > giveUpAt) throw new Error("it never came to that");
    await Bun.sleep(100);
  }
}
