import { rmSync } from "node:fs";
import { docker } from "../../sdk/systems/docker/index.ts";

const deadlineMs = 60_000;

/** Starts a container, from the arguments that follow `docker run --detach`; it goes with its holder. */
export async function startContainer(name: string, args: readonly string[]): Promise<AsyncDisposable> {
  const remove = async () => {
    await docker(["rm", "--force", "--volumes", name], { deadlineMs });
  };
  try {
    await docker(["run", "--detach", "--name", name, ...args], { deadlineMs });
  } catch (thrown) {
    // Docker may have made it, and not have been able to start it.
    await remove().catch(() => undefined);
    throw thrown;
  }
  return { [Symbol.asyncDispose]: remove };
}

/** Makes a network of its own; it goes with its holder, after the containers in it. */
export async function makeNetwork(name: string, subnet: string): Promise<AsyncDisposable> {
  await docker(["network", "create", "--subnet", `${subnet}.0/24`, name], { deadlineMs });
  return {
    [Symbol.asyncDispose]: async () => {
      await docker(["network", "rm", name], { deadlineMs });
    },
  };
}

/** A directory that goes with its holder. */
export function ownDirectory(path: string): Disposable {
  return { [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
