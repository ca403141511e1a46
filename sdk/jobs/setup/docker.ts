import { userInfo } from "node:os";
import { Failure } from "../../core/errors/index.ts";
import { type Completed, run, succeed } from "../../core/process/index.ts";
import { whereIs } from "./system-path.ts";

const askDeadlineMs = 10_000;

/** What came of asking the Docker daemon for its version. */
export type DockerAnswer = "answers" | "down" | "denied" | "hangs" | "no client";

function meaningOf({ exitCode, stderr }: Completed): DockerAnswer {
  if (exitCode === 0) return "answers";
  return /permission denied while trying to connect/i.test(stderr) ? "denied" : "down";
}

/** Asks the daemon that the docker client is set to talk to, whoever started it. */
export async function askDocker(): Promise<DockerAnswer> {
  if (whereIs("docker") === null) return "no client";
  const argv = ["docker", "version", "--format", "{{.Server.Version}}"];
  try {
    return meaningOf(await run(argv, { deadlineMs: askDeadlineMs }));
  } catch (thrown) {
    if (thrown instanceof Failure && thrown.code === "DEADLINE_EXCEEDED") return "hangs";
    throw thrown;
  }
}

/** The address that the docker client talks to, DOCKER_HOST and contexts considered. */
export async function dockerEndpoint(): Promise<string> {
  const argv = ["docker", "context", "inspect", "--format", "{{.Endpoints.docker.Host}}"];
  return (await succeed(argv, { deadlineMs: askDeadlineMs })).trim();
}

/**
 * Whether the daemon has an image of this name. False also when there is no daemon to ask.
 *
 * @throws Failure DOCKER_DENIED when the daemon does not talk to this user.
 */
export async function hasImage(name: string): Promise<boolean> {
  if (whereIs("docker") === null) return false;
  const argv = ["docker", "image", "inspect", "--format", "{{.Id}}", name];
  const meaning = meaningOf(await run(argv, { deadlineMs: askDeadlineMs }));
  if (meaning === "denied") throw dockerDenied();
  return meaning === "answers";
}

function userName(): string {
  const { username, uid } = userInfo();
  return username === "unknown" ? String(uid) : username;
}

/** The daemon runs, and does not talk to this user. */
export function dockerDenied(): Failure {
  return new Failure("DOCKER_DENIED", {
    message: "the Docker daemon refuses this user",
    why: "its socket belongs to root and to the group docker",
    remedy: `run as root, or let root run: usermod --append --groups docker ${userName()}\nthen log in again`,
  });
}

/** The daemon took the connection, and said nothing. */
export function dockerHangs(): Failure {
  return new Failure("DOCKER_DOWN", {
    message: `the Docker daemon did not answer within ${askDeadlineMs / 1000} s`,
    why: "it runs, and is stuck or overloaded",
    remedy: "look into its log (journalctl --unit docker, or /var/log), and restart it",
  });
}
