import { closeSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { Failure } from "../../core/errors/index.ts";
import { askDocker } from "./docker.ts";
import type { Say } from "./requirement.ts";
import { livingProcess, recordsIn, removeStale } from "./stale.ts";
import { systemPath, whereIs } from "./system-path.ts";

/** Where the daemon that was started here writes what it has to say. */
export const dockerdLog = "/var/log/switchover-dockerd.log";

const socketDeadlineMs = 60_000;
const orphanGraceMs = 3_000;
const records = recordsIn("/run");
const clearStale = () => removeStale(Object.values(records));

interface Started {
  /** Whether the process is gone again. */
  hasExited: () => boolean;
}

/** Containers go on while the daemon is restarted or upgraded: without it, that would stop the site. */
export const dockerdFlags = ["--live-restore"];

/** Starts dockerd in a session of its own, so that it goes on when this process ends. */
function spawnDockerd(program: string): Started {
  const log = openSync(dockerdLog, "a", 0o600);
  try {
    const child = Bun.spawn([program, ...dockerdFlags], {
      cwd: "/",
      env: { ...process.env, PATH: systemPath() },
      stdin: "ignore",
      stdout: log,
      stderr: log,
      detached: true,
    });
    child.unref();
    return { hasExited: () => child.exitCode !== null || child.signalCode !== null };
  } finally {
    closeSync(log);
  }
}

async function waitForAnswer({ hasExited }: Started): Promise<boolean> {
  const giveUpAt = performance.now() + socketDeadlineMs;
  while (performance.now() < giveUpAt) {
    if ((await askDocker()) === "answers") return true;
    if (hasExited()) return false;
    await Bun.sleep(200);
  }
  return false;
}

async function lastLogLines(): Promise<string> {
  const text = await readFile(dockerdLog, "utf8").catch(() => "");
  return text.trim().split("\n").slice(-8).join("\n");
}

async function didNotStart(): Promise<Failure> {
  return new Failure("DOCKER_DOWN", {
    message: `dockerd was started and did not answer within ${socketDeadlineMs / 1000} s, or ended`,
    why: await lastLogLines(),
    remedy: `read ${dockerdLog}, and start the daemon by hand: dockerd`,
    details: { log: dockerdLog },
  });
}

/** Someone's dockerd is there and starting, or stuck: a second one would only collide with it. */
async function waitForOther(pid: number, say: Say): Promise<void> {
  say(`dockerd runs already (process ${pid}) and does not answer yet: waiting for it`);
  if (await waitForAnswer({ hasExited: () => false })) return;
  throw new Failure("DOCKER_DOWN", {
    message: `dockerd runs (process ${pid}), and does not answer at its socket`,
    why: "it is stuck, or listens at another address",
    remedy: `look into its log; to start afresh: kill ${pid}\nthen run again`,
    details: { pid },
  });
}

/**
 * A containerd that outlived its dockerd can hold the next one up: it is ended, its containers are not.
 * Answers whether there was one.
 */
async function endOrphan(say: Say): Promise<boolean> {
  const pid = await livingProcess(records.containerd);
  if (pid === undefined || (await livingProcess(records.dockerd)) !== undefined) return false;
  say(`ending the containerd that an earlier dockerd left behind (process ${pid})`);
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    if ((await livingProcess(records.containerd)) !== pid) break;
    process.kill(pid, signal);
    await Bun.sleep(orphanGraceMs);
  }
  await clearStale();
  return true;
}

/**
 * Starts dockerd on a machine without systemd and waits until it answers. What an unclean end left behind
 * is cleared away first; a dockerd that runs is waited for, never replaced.
 *
 * @throws Failure DOCKER_DOWN with the daemon's last words.
 */
export async function startDockerd(say: Say): Promise<void> {
  for (const file of await clearStale()) say(`removed ${file}, whose process is gone`);
  const running = await livingProcess(records.dockerd);
  if (running !== undefined) return waitForOther(running, say);

  const program = whereIs("dockerd") ?? "dockerd";
  if (await waitForAnswer(spawnDockerd(program))) return;
  if ((await endOrphan(say)) && (await waitForAnswer(spawnDockerd(program)))) return;
  throw await didNotStart();
}
