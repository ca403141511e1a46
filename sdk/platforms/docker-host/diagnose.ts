import { join } from "node:path";
import { messageOf } from "../../core/errors/index.ts";
import { makeFolder, writeFileAtomically } from "../../core/files/index.ts";
import type { Environment } from "../../core/release/index.ts";
import { type Container, containersOf, isReady, runAgainstDaemon } from "../../systems/docker/index.ts";
import type { Member, Site } from "./site.ts";

const lastLines = "200";
const deadlineMs = 20_000;

/**
 * Writes, for each container of the environment, its state with exit code, out-of-memory flag and health probes, and its
 * last lines. Values of variables stay out; `redact` takes secrets out of what the containers printed.
 */
export async function diagnose(
  site: Site,
  environment: Environment,
  folder: string,
  redact: (text: string) => string,
): Promise<void> {
  makeFolder(folder);
  const containers = await containersOf(site.values.environments[environment].project, { deadlineMs });
  const names = fileNames(site.members(environment), containers);
  await Promise.all(
    containers.map(async (container) => {
      const write = (ending: string, text: string) =>
        writeFileAtomically(join(folder, `${names.get(container)}.${ending}`), redact(text), {
          toFolderOwner: true,
        });
      write("state.json", `${JSON.stringify(stateOf(container), null, 2)}\n`);
      write("log", await logOf(container));
    }),
  );
}

/**
 * Each container's file is called as people call its service. Of several of one service the first that is not well has
 * that name, and the others a number behind it.
 */
export function fileNames(
  members: readonly Member[],
  containers: readonly Container[],
): ReadonlyMap<Container, string> {
  const nameOf = ({ service }: Container) =>
    members.find(({ composeService }) => composeService === service)?.name ?? service;
  const rank = (container: Container) =>
    (members.some(({ composeService }) => composeService === container.service) ? 0 : 2) +
    (isReady(container) ? 1 : 0);
  const names = new Map<Container, string>();
  const used = new Set<string>();
  for (const container of [...containers].sort((one, other) => rank(one) - rank(other))) {
    const name = nameOf(container);
    let own = name;
    for (let number = 2; used.has(own); number += 1) own = `${name}-${number}`;
    used.add(own);
    names.set(container, own);
  }
  return names;
}

function stateOf(container: Container): unknown {
  const { environment, ...rest } = container;
  return { ...rest, environment: environment.map((line) => `${line.split("=")[0]}=…`) };
}

async function logOf(container: Container): Promise<string> {
  try {
    const printed = await runAgainstDaemon(
      ["docker", "container", "logs", "--timestamps", "--tail", lastLines, container.id],
      { deadlineMs },
    );
    return `${printed.stdout}${printed.stderr}`;
  } catch (thrown) {
    return `the log cannot be read: ${messageOf(thrown)}\n`;
  }
}
