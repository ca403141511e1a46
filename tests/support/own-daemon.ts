import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Subprocess } from "bun";
import { run, succeed } from "../../sdk/core/process/index.ts";
import { untilPasses } from "./until.ts";

/**
 * A Docker daemon of the test's own, that it may stop and kill: in a network of its own, with its own containerd and
 * its own data. The machine's daemon, which others use, is never touched.
 */
export interface OwnDaemon extends AsyncDisposable {
  /** What makes docker and Compose talk to it. */
  env: { DOCKER_HOST: string };
  /** Starts a program inside its network, where its published ports are. */
  inside: (argv: readonly string[]) => string[];
  /** Ends the daemon by this signal, and starts it again. */
  restart: (signal: "SIGTERM" | "SIGKILL") => Promise<void>;
}

const deadlineMs = 180_000;

export async function openDaemon(images: readonly string[]): Promise<OwnDaemon> {
  const directory = mkdtempSync(join(tmpdir(), "swt-daemon-"));
  const network = `swt-${process.pid}`;
  const at = (name: string) => join(directory, name);
  const inside = (argv: readonly string[]) => ["nsenter", `--net=/run/netns/${network}`, ...argv];
  const env = { DOCKER_HOST: `unix://${at("docker.sock")}` };
  const children = new Map<string, Subprocess>();
  const start = (name: string, argv: readonly string[]) => {
    const log = openSync(at(`${name}.log`), "a");
    children.set(name, Bun.spawn(inside(argv), { stdin: "ignore", stdout: log, stderr: log }));
  };
  const startDocker = async () => {
    start("dockerd", dockerd(at));
    await untilPasses(() => answers(env, at("dockerd.log")), 60_000);
  };
  const startContainerd = async () => {
    const folders = ["--root", at("containerd"), "--state", at("containerd-state")];
    start("containerd", [
      ...["containerd", "--config", at("containerd.toml"), "--address", at("containerd.sock")],
      ...folders,
    ]);
    await untilPasses(() => {
      if (!existsSync(at("containerd.sock"))) throw new Error(readFileSync(at("containerd.log"), "utf8"));
    }, 30_000);
  };
  /** A test that ran out of time has its processes ended, and the containers live on. */
  const startWhatEnded = async () => {
    if (hasEnded(children.get("containerd"))) await startContainerd();
    if (!hasEnded(children.get("dockerd"))) return;
    rmSync(at("docker.pid"), { force: true });
    await startDocker();
  };
  const end = async (name: string, signal: "SIGTERM" | "SIGKILL") => {
    const child = children.get(name);
    child?.kill(signal);
    await child?.exited;
  };

  await succeed(["ip", "netns", "add", network], { deadlineMs });
  const daemon: OwnDaemon = {
    env,
    inside,
    async restart(signal) {
      await end("dockerd", signal);
      // A killed daemon leaves its own process number behind, and would take another process's for itself.
      rmSync(at("docker.pid"), { force: true });
      await startDocker();
    },
    async [Symbol.asyncDispose]() {
      await startWhatEnded();
      await removeContainers(env);
      await end("dockerd", "SIGTERM");
      await end("containerd", "SIGTERM");
      await run(["ip", "netns", "delete", network], { deadlineMs });
      for (const mount of mountsBelow(directory)) await run(["umount", "--lazy", mount], { deadlineMs });
      rmSync(directory, { recursive: true, force: true });
    },
  };
  try {
    await succeed(inside(["ip", "link", "set", "lo", "up"]), { deadlineMs });
    writeFileSync(at("containerd.toml"), 'version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n');
    await startContainerd();
    await startDocker();
    await copyImages(images, at("images.tar"), env);
    return daemon;
  } catch (thrown) {
    await daemon[Symbol.asyncDispose]();
    throw thrown;
  }
}

function hasEnded(child: Subprocess | undefined): boolean {
  return child === undefined || child.exitCode !== null || child.signalCode !== null;
}

function dockerd(at: (name: string) => string): string[] {
  return [
    ...["dockerd", "--host", `unix://${at("docker.sock")}`, "--containerd", at("containerd.sock")],
    ...["--data-root", at("data"), "--exec-root", at("exec"), "--pidfile", at("docker.pid")],
    // Published ports are led to their containers by the kernel: a process that does it would end with the daemon.
    ...["--live-restore", "--userland-proxy=false"],
  ];
}

async function answers(env: Record<string, string>, log: string): Promise<void> {
  const { exitCode } = await run(["docker", "version"], { deadlineMs: 10_000, env });
  if (exitCode !== 0) throw new Error(readFileSync(log, "utf8").slice(-4_000));
}

async function copyImages(
  images: readonly string[],
  file: string,
  env: Record<string, string>,
): Promise<void> {
  await succeed(["docker", "save", "--output", file, ...images], { deadlineMs });
  await succeed(["docker", "load", "--input", file], { deadlineMs, env });
  rmSync(file);
}

async function removeContainers(env: Record<string, string>): Promise<void> {
  const { stdout } = await run(["docker", "ps", "--all", "--quiet"], { deadlineMs, env });
  const ids = stdout.split("\n").filter(Boolean);
  if (ids.length > 0) await run(["docker", "rm", "--force", ...ids], { deadlineMs, env });
}

function mountsBelow(directory: string): string[] {
  const points = readFileSync("/proc/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "");
  return points.filter((point) => point.startsWith(`${directory}/`)).toReversed();
}
