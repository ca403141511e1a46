import { aptCommands, aptInstall } from "./apt.ts";
import { askDocker } from "./docker.ts";
import type { Requirement } from "./requirement.ts";
import { whereIs } from "./system-path.ts";

const packages = ["docker.io", "iptables"];

async function isPresent(): Promise<boolean> {
  if (whereIs("docker") === null) return false;
  if (whereIs("dockerd") !== null && whereIs("iptables") !== null) return true;
  const answer = await askDocker();
  return answer !== "down";
}

/** The Docker engine: a running one, whoever's it is, or an installed one, or else Debian's. */
export const engine: Requirement = {
  name: "Docker engine",
  why: "runs both environments",
  from: "Debian's packages docker.io and iptables",
  after: [],
  root: true,
  isPresent,
  commands: async () => aptCommands(packages),
  install: (installing) => aptInstall(packages, installing),
};
