import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Completed, run, succeed } from "../../../../sdk/core/process/index.ts";
import { schedulerImage } from "../../../../sdk/jobs/setup/index.ts";
import { untilPasses } from "../../../support/until.ts";

const repository = resolve(import.meta.dir, "../../../..");
const deadlineMs = 60_000;

/** A machine of its own, with this checkout at /srv/switchover and a project's root at /srv/hub. */
export interface Machine extends AsyncDisposable {
  run(argv: readonly string[], how?: { input?: string; env?: Record<string, string> }): Promise<Completed>;
  /** Runs scripts/schedule.ts with the project's configuration. */
  schedule(...args: string[]): Promise<Completed>;
  /** Writes the project's configuration: the example's with these keys, behind code that runs when it is read. */
  configure(keys: object, code?: string): void;
  /** The project's root as the test sees it. */
  root: string;
}

export const config = "/srv/hub/config/deployment.config.ts";

/** Starts a container that systemd runs. It needs no more than that: no privileges over the host's devices or kernel. */
export async function startMachine(): Promise<Machine> {
  const root = mkdtempSync("/var/tmp/switchover-machine-");
  mkdirSync(join(root, "config"));
  const name = `switchover-machine-${crypto.randomUUID().slice(0, 8)}`;
  const asSystemd = [
    "--cap-add",
    "SYS_ADMIN",
    "--security-opt",
    "seccomp=unconfined",
    "--security-opt",
    "apparmor=unconfined",
  ];
  const cgroup = ["--cgroupns", "host", "--volume", "/sys/fs/cgroup:/sys/fs/cgroup:rw"];
  const memory = ["/run", "/run/lock", "/tmp"].flatMap((path) => ["--tmpfs", path]);
  const mounts = ["--volume", `${repository}:/srv/switchover:ro`, "--volume", `${root}:/srv/hub`];
  const how = [...asSystemd, ...cgroup, ...memory, ...mounts, "--env", "container=docker"];
  await succeed(["docker", "run", "--detach", "--name", name, ...how, schedulerImage], { deadlineMs });
  const inside: Machine["run"] = (argv, { input, env = {} } = {}) => {
    const variables = Object.entries(env).flatMap(([key, value]) => ["--env", `${key}=${value}`]);
    const interactive = input === undefined ? [] : ["--interactive"];
    return run(["docker", "exec", ...interactive, ...variables, name, ...argv], { deadlineMs, input });
  };
  await untilPasses(async () => {
    const { stdout } = await inside(["systemctl", "is-system-running"]);
    if (!/running|degraded/.test(stdout)) throw new Error(`systemd is not up: ${stdout}`);
  }, 60_000);
  return {
    run: inside,
    schedule: (...args) => inside(["/srv/switchover/scripts/schedule.ts", ...args, "--config", config]),
    configure(keys, code = "") {
      const text = `import example from "/srv/switchover/examples/cell-hub/deployment.config.ts";
${code}
export default { ...example, root: "/srv/hub", ...${JSON.stringify(keys)} };\n`;
      writeFileSync(join(root, "config/deployment.config.ts"), text);
    },
    root,
    async [Symbol.asyncDispose]() {
      await succeed(["docker", "rm", "--force", "--volumes", name], { deadlineMs });
      rmSync(root, { recursive: true, force: true });
    },
  };
}
