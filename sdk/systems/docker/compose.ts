import { existsSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { readEnvFiles } from "../../core/config/index.ts";
import { Failure } from "../../core/errors/index.ts";
import { asTyped, type Completed } from "../../core/process/index.ts";
import { askDaemon, type DockerOptions, runAgainstDaemon } from "./client.ts";

/** A Compose project as its command line needs it; every path is absolute. */
export interface ComposeProject {
  project: string;
  files: readonly string[];
  envFiles: readonly string[];
  /** Where relative paths inside the Compose files start. */
  directory: string;
}

export interface ComposeTool {
  argv: readonly string[];
  version: 1 | 2;
}

const versionDeadlineMs = 10_000;

const pluginFolders = [
  join(process.env["DOCKER_CONFIG"] ?? join(homedir(), ".docker"), "cli-plugins"),
  "/usr/local/lib/docker/cli-plugins",
  "/usr/local/libexec/docker/cli-plugins",
  "/usr/lib/docker/cli-plugins",
  "/usr/libexec/docker/cli-plugins",
];

/**
 * Finds Compose: version 2 where it is, else `docker-compose` of version 1. The plugin's file is run by itself rather
 * than through `docker`, because `docker` would leave it at work when it is killed.
 *
 * @throws Failure TOOL_MISSING
 */
export function findCompose(): ComposeTool {
  const forced = process.env["SWITCHOVER_COMPOSE"];
  if (forced !== undefined) return { argv: [forced], version: forced.endsWith("v1") ? 1 : 2 };
  for (const folder of pluginFolders) {
    const plugin = join(folder, "docker-compose");
    if (existsSync(plugin)) return { argv: [plugin], version: 2 };
  }
  const standalone = Bun.which("docker-compose");
  if (standalone !== null) {
    const asked = Bun.spawnSync([standalone, "version", "--short"], { timeout: versionDeadlineMs });
    return { argv: [standalone], version: asked.stdout.toString().startsWith("1.") ? 1 : 2 };
  }
  throw new Failure("TOOL_MISSING", {
    message: "Docker Compose is not installed",
    remedy:
      "install the package docker-compose (Debian) or docker-compose-plugin (Docker), or run npm run setup",
  });
}

/** The argument list of one Compose command for one project. */
export function composeArgv(tool: ComposeTool, on: ComposeProject, args: readonly string[]): string[] {
  const files = on.files.flatMap((file) => ["-f", file]);
  // Version 1 knows one env file only, so `compose` hands it their variables.
  const envFiles = tool.version === 1 ? [] : on.envFiles.flatMap((file) => ["--env-file", file]);
  return [
    ...tool.argv,
    "-p",
    on.project,
    "--project-directory",
    on.directory,
    ...envFiles,
    ...files,
    ...args,
  ];
}

/**
 * A Compose command for a person to copy, from whatever folder: with its files, and with the env files, without which its
 * variables would be empty.
 */
export function composeCommand(on: ComposeProject, args: readonly string[]): string {
  const tool = toolForPersons();
  if (tool.version === 2 || on.envFiles.length === 0) return asTyped(composeArgv(tool, on, args));
  const rest = asTyped(composeArgv({ ...tool, argv: [] }, on, args));
  const withFile = (file: string) => `${asTyped(tool.argv)} --env-file ${file} ${rest}`;
  if (on.envFiles.length === 1) return withFile(asTyped(on.envFiles));
  // Version 1 takes one such file, and no pipe.
  return `f=$(mktemp) && ${asTyped(["awk", "1", ...on.envFiles])} > "$f" && ${withFile('"$f"')}; rm -f "$f"`;
}

/** The plugin goes by the name that everybody knows; nobody's remedy fails because there is none. */
function toolForPersons(): ComposeTool {
  const known: ComposeTool = { argv: ["docker", "compose"], version: 2 };
  try {
    const tool = findCompose();
    return basename(dirname(tool.argv[0] ?? "")) === "cli-plugins" ? known : tool;
  } catch {
    return known;
  }
}

/**
 * Runs a Compose command; its exit code is the caller's to judge.
 *
 * @throws Failure as `runAgainstDaemon` does.
 */
export function compose(
  on: ComposeProject,
  args: readonly string[],
  options: DockerOptions,
): Promise<Completed> {
  return runCompose(runAgainstDaemon, on, args, options);
}

/**
 * How a Go program is told to collect no garbage before it has 512 MiB of it (https://go.dev/doc/gc-guide): one that lives
 * for 50 ms has none, and looking for it is a fifth of its work.
 */
const uncollected = { GOGC: "off", GOMEMLIMIT: "512MiB" };

/**
 * How long its answer counts for those who ask by the same share, in milliseconds: for the checks that follow upon a plan. A
 * file that is named asks for another one as soon as it is changed; one that only another one names, after that time.
 */
const freshMs = 5_000;

/**
 * What Compose makes of its files: a question, which checks share. Version 2 answers in JSON, version 1 in YAML.
 *
 * @throws Failure as `compose` does.
 */
export function composeConfig(on: ComposeProject, options: DockerOptions): Promise<Completed> {
  const format = findCompose().version === 1 ? [] : ["--format", "json"];
  const restsOn = [...on.files, ...on.envFiles].map(stampOf).join(" ");
  const ask: typeof runAgainstDaemon = (argv, how) => askDaemon(argv, how, { ms: freshMs, restsOn });
  return runCompose(ask, on, ["config", ...format], {
    ...options,
    env: { ...uncollected, ...options.env },
  });
}

function stampOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined ? "none" : `${found.ino}:${found.size}:${found.mtimeMs}:${found.ctimeMs}`;
}

/**
 * Reads what `composeConfig` printed. Three documents of YAML would take longer to read than Compose to write them. It is
 * printed as a Compose file, in which every dollar sign of a path or a value stands twice.
 */
export async function readComposeConfig(printed: string): Promise<unknown> {
  const plain = printed.replaceAll("$$", () => "$");
  if (plain.trimStart().startsWith("{")) return JSON.parse(plain);
  const { parse } = await import("yaml");
  return parse(plain);
}

function runCompose(
  runWith: typeof runAgainstDaemon,
  on: ComposeProject,
  args: readonly string[],
  options: DockerOptions,
): Promise<Completed> {
  const tool = findCompose();
  const fromFiles = variablesOf(on.envFiles);
  // Compose lets a variable of the shell win over the same one of an env file; a deployment must not depend on the shell.
  const unset = Object.fromEntries(Object.keys(fromFiles).map((name) => [name, undefined]));
  return runWith(composeArgv(tool, on, args), {
    ...options,
    env: {
      COMPOSE_IGNORE_ORPHANS: "1",
      ...builder(),
      ...(tool.version === 1 ? fromFiles : unset),
      // Version 2 sets it itself.
      COMPOSE_PROJECT_NAME: on.project,
      ...options.env,
    },
  });
}

/** One that is missing is Compose's to complain of. */
function variablesOf(files: readonly string[]): Record<string, string> {
  return readEnvFiles(files.filter((file) => existsSync(file)));
}

/** The environment that makes builds work: BuildKit where buildx is installed, the classic builder elsewhere. */
function builder(): Record<string, string> {
  if (process.env["DOCKER_BUILDKIT"] !== undefined) return {};
  const hasBuildx = pluginFolders.some((folder) => existsSync(join(folder, "docker-buildx")));
  return hasBuildx ? {} : { DOCKER_BUILDKIT: "0", COMPOSE_DOCKER_CLI_BUILD: "0" };
}
