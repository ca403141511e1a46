import { Failure } from "../../core/errors/index.ts";
import { run, succeed } from "../../core/process/index.ts";
import { aptCommands, aptInstall } from "./apt.ts";
import { hasImage } from "./docker.ts";
import { bookwormSources, machineSources } from "./mirror.ts";
import type { Installing, Requirement } from "./requirement.ts";
import { isRoot } from "./root.ts";
import { scratch } from "./scratch.ts";
import type { Argv } from "./shell.ts";
import { systemPath, whereIs } from "./system-path.ts";

/** The image that every other one here is built on. */
export const baseImage = "switchover/debian:bookworm";

const upstream = "debian:bookworm-slim";
const registryDeadlineMs = 15_000;
const pullDeadlineMs = 300_000;
const builder = ["mmdebstrap"];
const mergedUsr = "/usr/share/mmdebstrap/hooks/merged-usr";
const slimming = 'rm -rf "$1"/usr/share/man/* "$1"/usr/share/locale/* "$1"/etc/hostname "$1"/etc/resolv.conf';

const pull: Argv = ["docker", "pull", upstream];
const tag: Argv = ["docker", "tag", upstream, baseImage];

/** Pulls the image, unless no registry has named it within the deadline. Answers whether it is here now. */
async function pulled({ say, signal }: Installing): Promise<boolean> {
  const unanswered = new AbortController();
  const giveUp = setTimeout(() => unanswered.abort(), registryDeadlineMs);
  const stop = signal === undefined ? unanswered.signal : AbortSignal.any([signal, unanswered.signal]);
  const onLine = (line: string) => {
    if (line.includes("Pulling from")) clearTimeout(giveUp);
  };
  try {
    return (await run(pull, { deadlineMs: pullDeadlineMs, signal: stop, onLine })).exitCode === 0;
  } catch (thrown) {
    if (signal?.aborted) throw thrown;
    say("the container registry is too slow");
    return false;
  } finally {
    clearTimeout(giveUp);
  }
}

/**
 * What the machine's apt was told about the age of its mirrors' lists goes into the image, for apt there
 * reads the same mirrors.
 */
async function ageSettings(): Promise<string[]> {
  const dump = await succeed(["apt-config", "dump"], { deadlineMs: 10_000 });
  return dump.split("\n").filter((line) => /^Acquire::Check-(Valid-Until|Date) "/.test(line));
}

/** Makes Debian's smallest system, with updates and security fixes, as a tar file. */
function bootstrapArgv(tarFile: string, sources: readonly string[], aptSettings: readonly string[]): Argv {
  const certificates = sources.some((line) => line.includes("https:")) ? ["--include=ca-certificates"] : [];
  return [
    "mmdebstrap",
    "--mode=root",
    "--variant=minbase",
    "--include=usr-is-merged",
    ...certificates,
    `--hook-dir=${mergedUsr}`,
    `--customize-hook=${slimming}`,
    ...aptSettings.map((setting) => `--aptopt=${setting.replace(/;$/, "")}`),
    "bookworm",
    tarFile,
    ...sources,
  ];
}

function importArgv(tarFile: string): Argv {
  return ["docker", "import", "--change", 'CMD ["bash"]', tarFile, baseImage];
}

async function buildSteps(tarFile: string): Promise<readonly Argv[]> {
  const sources = bookwormSources(await machineSources());
  return [bootstrapArgv(tarFile, sources, await ageSettings()), importArgv(tarFile)];
}

async function built(installing: Installing): Promise<void> {
  if (whereIs("mmdebstrap") === null) await aptInstall(builder, installing);
  await using dir = await scratch();
  // A mount namespace of its own: what is mounted while it works goes when it ends, however it ends.
  const [bootstrap = [], bringIn = []] = await buildSteps(`${dir.path}/root.tar`);
  const env = { PATH: systemPath(), TMPDIR: dir.path };
  await succeed(["unshare", "--mount", ...bootstrap], {
    deadlineMs: 600_000,
    signal: installing.signal,
    env,
  });
  await succeed(bringIn, { deadlineMs: 120_000, signal: installing.signal });
}

async function install(installing: Installing): Promise<void> {
  if (await pulled(installing)) {
    await succeed(tag, { deadlineMs: 30_000, signal: installing.signal });
    return;
  }
  if (!isRoot()) throw noRegistryNoRoot();
  installing.say(`no container registry gives ${upstream}: making it from Debian's packages (about 20 s)`);
  await built(installing);
}

function noRegistryNoRoot(): Failure {
  return new Failure("ROOT_NEEDED", {
    message: `no container registry gives ${upstream}, and only root can make it from Debian's packages`,
    remedy: "run npm run setup as root once, or give Docker a registry",
  });
}

/** The Debian that the images are built on, pulled, or made here where no registry is in reach. */
export const debianImage: Requirement = {
  name: `image ${baseImage}`,
  why: "the Debian that the example's images are built on",
  from: `the container registry (${upstream}), or else Debian's packages by mmdebstrap`,
  after: ["Docker daemon"],
  root: false,
  isPresent: () => hasImage(baseImage),
  commands: async () => [pull, tag, ...aptCommands(builder), ...(await buildSteps("/var/tmp/bookworm.tar"))],
  install,
};
