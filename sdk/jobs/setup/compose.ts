import { existsSync } from "node:fs";
import { Failure } from "../../core/errors/index.ts";
import { run, succeed } from "../../core/process/index.ts";
import { archiveMirror, machineSources } from "./mirror.ts";
import type { Installing, Requirement } from "./requirement.ts";
import { isRoot } from "./root.ts";
import { scratch } from "./scratch.ts";
import type { Argv } from "./shell.ts";
import { whereIs } from "./system-path.ts";

const plugin = "/usr/local/lib/docker/cli-plugins/docker-compose";
const inPackage = "usr/libexec/docker/cli-plugins/docker-compose";
const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

async function hasV2(): Promise<boolean> {
  if (whereIs("docker") === null) return false;
  const answer = await run(["docker", "compose", "version", "--short"], { deadlineMs: 15_000 });
  return answer.exitCode === 0 && /^v?[2-9]/.test(answer.stdout.trim());
}

function hasV1(): boolean {
  return whereIs("docker-compose") !== null;
}

async function isPresent(): Promise<boolean> {
  return (await hasV2()) || (!isRoot() && hasV1());
}

/** apt with sources, lists and cache of its own below `dir`: the machine's stay as they are. */
function ownApt(dir: string): Argv {
  const options = {
    "Dir::Etc::sourcelist": `${dir}/sources.list`,
    "Dir::Etc::sourceparts": "/dev/null",
    "Dir::State::Lists": `${dir}/lists`,
    "Dir::Cache": `${dir}/cache`,
    "APT::Sandbox::User": "root",
    "Acquire::Retries": "2",
    "Acquire::http::Timeout": "30",
  };
  return ["apt-get", ...Object.entries(options).flatMap(([key, value]) => ["-o", `${key}=${value}`])];
}

function sourceLine(mirror: string): string {
  const trust = existsSync(keyring) ? `[signed-by=${keyring}] ` : "";
  return `deb ${trust}${mirror} trixie main`;
}

/**
 * Debian 12 has Compose v1 only, so v2 is taken from Debian 13: one file of its package, which runs here.
 * `dir` is an empty directory to work in.
 */
function composeSteps(dir: string, mirror: string): readonly Argv[] {
  return [
    ["mkdir", "-p", `${dir}/lists/partial`, `${dir}/cache/archives/partial`],
    ["sh", "-c", `echo '${sourceLine(mirror)}' > ${dir}/sources.list`],
    [...ownApt(dir), "update"],
    ["env", `--chdir=${dir}`, ...ownApt(dir), "download", "docker-compose"],
    ["sh", "-c", `dpkg-deb --extract ${dir}/docker-compose_*.deb ${dir}/unpacked`],
    ["install", "-D", "--mode=0755", `${dir}/unpacked/${inPackage}`, plugin],
  ];
}

async function installV2({ signal }: Installing): Promise<void> {
  const mirror = archiveMirror(await machineSources());
  await using dir = await scratch();
  for (const argv of composeSteps(dir.path, mirror)) await succeed(argv, { deadlineMs: 180_000, signal });
  if (await hasV2()) return;
  throw new Failure("TOOL_MISSING", {
    message: "Compose v2 was installed, and `docker compose` does not find it",
    why: `the docker client does not look into ${plugin}`,
    remedy: `make \`docker compose version\` work, for instance by a link to ${plugin} in ~/.docker/cli-plugins`,
  });
}

async function install(installing: Installing): Promise<void> {
  try {
    await installV2(installing);
  } catch (thrown) {
    if (installing.signal?.aborted || !hasV1()) throw thrown;
    installing.say("Compose v2 cannot be had; going on with the Compose v1 that is here");
  }
}

/** Docker Compose v2, or where it cannot be had, v1. */
export const compose: Requirement = {
  name: "Docker Compose v2",
  why: "describes what runs in an environment",
  from: "the package docker-compose of Debian 13, one file of it",
  after: ["Docker engine"],
  root: true,
  isPresent,
  commands: async () => composeSteps("/tmp/compose-v2", archiveMirror(await machineSources())),
  install,
};
