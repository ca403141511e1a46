import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Prepared, prepare } from "../../examples/cell-hub/prepare.ts";
import { run, succeed } from "../../sdk/core/process/index.ts";
import { freePorts, freeSubnet } from "./free.ts";
import { namelessImages } from "./nameless-images.ts";
import { type ScriptRun, type Started, startScript } from "./script.ts";

export const checkout = resolve(import.meta.dir, "../..");

/** A copy of the example with a project name, ports, network, data and state of its own, beside any that runs. */
export interface Stack extends AsyncDisposable {
  name: string;
  directory: string;
  configFile: string;
  prepared: Prepared;
  frontDoor: string;
  ports: Record<"blue" | "green", { frontend: number; backend: number; ml: number }>;
  /** Starts deploy-production with this copy's configuration; more variables go into its environment. */
  start(flags: readonly string[], env?: Record<string, string>): Started;
  /** The same, to its end. */
  deploy(flags: readonly string[], env?: Record<string, string>): Promise<ScriptRun>;
  /** The configuration's text, for a test that changes it. */
  writeConfiguration(overrides: Record<string, unknown>): void;
  state(...parts: string[]): string;
  container(environment: "blue" | "green" | "shared", service: string): string;
}

/** What tests want otherwise than the example has it: nobody waits for anything that is not the test's matter. */
const quick = {
  watch: { duration: "1s", interval: "100ms" },
  drain: { timeout: "2s" },
  resources: { disk: "100MB", memory: "100MB" },
};

/** Other tests start containers beside, and take the processors for a moment: that tells nothing of a release. */
const patient = { maxLatencyRatio: 1_000 };

export async function openStack(overrides: Record<string, unknown> = {}): Promise<Stack> {
  const [frontPort = 0, ...rest] = await freePorts(7);
  const [b1 = 0, b2 = 0, b3 = 0, g1 = 0, g2 = 0, g3 = 0] = rest;
  const ports = {
    blue: { frontend: b1, backend: b2, ml: b3 },
    green: { frontend: g1, backend: g2, ml: g3 },
  };
  const name = `swt-${process.pid.toString(36)}-${frontPort.toString(36)}`;
  const directory = mkdtempSync(join(tmpdir(), `${name}-`));
  const subnet = await freeSubnet();
  const prepared = await prepare({ directory, name, subnet, frontPort, ports });
  const configFile = join(directory, "config", "deployment.config.ts");
  const writeConfiguration = (changes: Record<string, unknown>) => {
    mkdirSync(join(directory, "config"), { recursive: true });
    const configuration = { ...baseConfiguration(name, prepared, ports), ...quick, ...overrides, ...changes };
    const watch = { ...patient, ...configuration.watch };
    writeFileSync(configFile, `export default ${JSON.stringify({ ...configuration, watch }, null, 2)};\n`);
  };
  writeConfiguration({});
  const start = (flags: readonly string[], env: Record<string, string> = {}) =>
    startScript("deploy-production", ["--config", configFile, ...flags], env);
  return {
    name,
    directory,
    configFile,
    prepared,
    frontDoor: prepared.frontDoor,
    ports,
    start,
    deploy: (flags, env) => start(flags, env).ended,
    writeConfiguration,
    state: (...parts) => join(directory, ".switchover", ...parts),
    container: (environment, service) => `${prepared.projects[environment]}-${service}-1`,
    [Symbol.asyncDispose]: () => takeDown(prepared, directory),
  };
}

function baseConfiguration(name: string, prepared: Prepared, ports: Stack["ports"]) {
  const environment = (color: "blue" | "green") => ({
    project: prepared.projects[color],
    files: [prepared.composeFiles.environment],
    envFiles: [prepared.envFiles[color]],
  });
  const both = (service: "frontend" | "backend" | "ml") => ({
    blue: ports.blue[service],
    green: ports.green[service],
  });
  return {
    project: name,
    platform: {
      kind: "docker-host",
      environments: { blue: environment("blue"), green: environment("green") },
      shared: {
        project: prepared.projects.shared,
        files: [prepared.composeFiles.shared],
        envFiles: [prepared.envFiles.shared],
        services: ["postgres", "redis", "edge"],
      },
      proxy: { service: "edge", frontDoor: prepared.frontDoor, markerDirectory: prepared.switchDirectory },
    },
    services: [
      {
        name: "frontend",
        ports: both("frontend"),
        frontDoorPath: "/",
        assets: { path: "/app/frontend/dist/assets", publishTo: prepared.assets },
      },
      { name: "backend", ports: both("backend"), frontDoorPath: "/api/segmentations" },
      { name: "ml", ports: both("ml"), frontDoorPath: "/api/ml/model" },
    ],
    database: {
      mode: "shared",
      migrations: {
        service: "backend",
        command: ["bun", "migrate.ts", "up"],
        statusCommand: ["bun", "migrate.ts", "status"],
      },
    },
  };
}

const downDeadlineMs = 120_000;

async function takeDown(prepared: Prepared, directory: string): Promise<void> {
  const down = async (project: string) => {
    const label = `label=com.docker.compose.project=${project}`;
    const ids = await list(["ps", "--all", "--quiet", "--filter", label]);
    if (ids.length > 0)
      await succeed(["docker", "rm", "--force", "--volumes", ...ids], { deadlineMs: downDeadlineMs });
  };
  await Promise.all(Object.values(prepared.projects).map(down));
  const label = `label=com.docker.compose.project=${prepared.projects.shared}`;
  for (const kind of ["volume", "network"]) {
    const ids = await list([kind, "ls", "--quiet", "--filter", label]);
    if (ids.length === 0) continue;
    const { exitCode, stderr } = await run(["docker", kind, "rm", ...ids], { deadlineMs: downDeadlineMs });
    // A network may keep, in Docker's account, what a container had that was removed while it started: nothing helps.
    if (exitCode !== 0) process.stderr.write(`left behind: ${stderr}`);
  }
  const name = prepared.projects.shared.replace(/-shared$/, "");
  const named = ["--filter", `reference=${name}/*`, "--filter", `reference=${name}-*`];
  const images = [
    ...(await list(["image", "ls", "--format", "{{.Repository}}:{{.Tag}}", ...named])),
    ...(await namelessImages()).filter(({ madeFor }) => madeFor.startsWith(`${name}-`)).map(({ id }) => id),
  ];
  if (images.length > 0)
    await succeed(["docker", "image", "rm", "--force", ...images], { deadlineMs: downDeadlineMs });
  rmSync(directory, { recursive: true, force: true });
}

async function list(args: readonly string[]): Promise<string[]> {
  const printed = await succeed(["docker", ...args], { deadlineMs: downDeadlineMs });
  return printed.split("\n").filter(Boolean);
}
