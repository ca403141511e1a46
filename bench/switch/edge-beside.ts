import { inspect } from "../../sdk/systems/docker/index.ts";
import { freePorts } from "../../tests/support/free.ts";
import type { Stack } from "../../tests/support/stack.ts";
import { startContainer } from "./containers.ts";

const deadlineMs = 20_000;

export interface EdgeBeside extends AsyncDisposable {
  name: string;
  frontDoor: string;
}

/** A second edge before the same environments: the same image, network, names and files, but for its configuration. */
export async function startEdgeBeside(stack: Stack, configuration: string): Promise<EdgeBeside> {
  const first = stack.container("shared", "edge");
  const [edge] = await inspect([first], { deadlineMs });
  if (edge === undefined) throw new Error(`there is no container ${first}`);
  const [port = 0] = await freePorts(1);
  const name = `${first}-reloaded`;
  const container = await startContainer(name, [
    ...edge.networks.flatMap((network) => ["--network", network]),
    ...edge.extraHosts.flatMap((host) => ["--add-host", host]),
    ...["--publish", `127.0.0.1:${port}:80`],
    ...["--volumes-from", `${first}:ro`, "--volume", `${configuration}:/etc/cell-hub:ro`],
    ...[edge.image, "nginx", "-g", "daemon off;"],
  ]);
  return {
    name,
    frontDoor: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () => container[Symbol.asyncDispose](),
  };
}
