import { existsSync } from "node:fs";
import { Failure } from "../../core/errors/index.ts";
import { succeed } from "../../core/process/index.ts";
import { askDocker, dockerDenied, dockerEndpoint, dockerHangs } from "./docker.ts";
import { dockerdFlags, dockerdLog, startDockerd } from "./dockerd.ts";
import type { Installing, Requirement } from "./requirement.ts";
import type { Argv } from "./shell.ts";

const bySystemd: Argv = ["systemctl", "start", "docker"];
const byHand: Argv = [
  "sh",
  "-c",
  `setsid dockerd ${dockerdFlags.join(" ")} >>${dockerdLog} 2>&1 </dev/null &`,
];

function systemdRuns(): boolean {
  return existsSync("/run/systemd/system");
}

async function isPresent(): Promise<boolean> {
  const answer = await askDocker();
  if (answer === "denied") throw dockerDenied();
  if (answer === "hangs") throw dockerHangs();
  return answer === "answers";
}

async function mustBeLocal(): Promise<void> {
  const endpoint = await dockerEndpoint();
  if (/^unix:\/\/(\/var)?\/run\/docker\.sock$/.test(endpoint)) return;
  throw new Failure("DOCKER_DOWN", {
    message: `no Docker daemon answers at ${endpoint}`,
    why: "DOCKER_HOST or the docker context names that address, and only this machine's own daemon can be started here",
    remedy: "start that daemon, or unset DOCKER_HOST and run: docker context use default",
    details: { endpoint },
  });
}

async function install({ say, signal }: Installing): Promise<void> {
  await mustBeLocal();
  if (systemdRuns()) await succeed(bySystemd, { deadlineMs: 90_000, signal });
  else await startDockerd(say);
  if (!(await isPresent())) throw dockerHangs();
}

/** A Docker daemon that answers. One that is there already is used as it is, and never restarted. */
export const daemon: Requirement = {
  name: "Docker daemon",
  why: "the engine at work",
  from: "the Docker engine on this machine",
  after: ["Docker engine"],
  root: true,
  isPresent,
  commands: async () => [systemdRuns() ? bySystemd : byHand],
  install,
};
