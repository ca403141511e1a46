import { copyFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { run, succeed } from "../../core/process/index.ts";
import { baseImage } from "./base-image.ts";
import { hasImage } from "./docker.ts";
import type { Installing, Requirement } from "./requirement.ts";
import { scratch } from "./scratch.ts";

/** The Bun that the images carry; `scripts/bootstrap.mjs` installs the same one. */
export const bunVersion = "1.4.5";

/** The image for everything that runs on Bun. */
export const bunImage = `switchover/bun:${bunVersion}`;

const dockerfile = `FROM ${baseImage}\nCOPY bun /usr/local/bin/bun\nCMD ["bun"]\n`;
const npmDeadlineMs = 180_000;

/** The Bun that runs this, when it is of the right version; otherwise one from npm, into `dir`. */
async function bunBinary(dir: string, { signal }: Installing): Promise<string> {
  if (Bun.version === bunVersion) return process.execPath;
  await succeed(["npm", "install", "--prefix", dir, `bun@${bunVersion}`], {
    deadlineMs: npmDeadlineMs,
    signal,
  });
  const installed = path.join(dir, "node_modules/bun");
  const binary = path.join(installed, "bin/bun.exe");
  const works = await run([binary, "--version"], { deadlineMs: 10_000 }).catch(() => undefined);
  if (works?.exitCode !== 0) {
    await succeed(["node", path.join(installed, "install.js")], { deadlineMs: npmDeadlineMs, signal });
  }
  return binary;
}

async function buildImage(context: string, { signal }: Installing): Promise<string> {
  const id = await succeed(["docker", "build", "--quiet", context], {
    deadlineMs: 120_000,
    signal,
    // The classic builder is in every engine; the other one may want a plugin that is not here.
    env: { DOCKER_BUILDKIT: "0" },
  });
  return id.trim();
}

async function install(installing: Installing): Promise<void> {
  await using dir = await scratch();
  await using npm = await scratch();
  await copyFile(await bunBinary(npm.path, installing), path.join(dir.path, "bun"));
  await writeFile(path.join(dir.path, "Dockerfile"), dockerfile);
  const id = await buildImage(dir.path, installing);
  // Named only when it has been seen to run: a name is what makes the next set-up take it for good.
  await succeed(["docker", "run", "--rm", "--network", "none", id, "bun", "--version"], {
    deadlineMs: 60_000,
    signal: installing.signal,
  });
  await succeed(["docker", "tag", id, bunImage], { deadlineMs: 30_000, signal: installing.signal });
}

/** Debian with Bun in it. */
export const bunOnDebian: Requirement = {
  name: `image ${bunImage}`,
  why: "runs the example's services",
  from: `${baseImage} and this machine's Bun, or npm's where that is of another version`,
  after: [`image ${baseImage}`],
  root: false,
  isPresent: () => hasImage(bunImage),
  commands: async () => [
    ["sh", "-c", 'mkdir /tmp/bun-image && cp "$(readlink -f "$(command -v bun)")" /tmp/bun-image/bun'],
    ["sh", "-c", `printf '${dockerfile.replaceAll("\n", "\\n")}' > /tmp/bun-image/Dockerfile`],
    ["docker", "build", "--tag", bunImage, "/tmp/bun-image"],
  ],
  install,
};
