import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { docker } from "../../sdk/systems/docker/index.ts";
import { freePorts } from "./free.ts";
import { untilPasses } from "./until.ts";

const files = resolve(import.meta.dir, "../../examples/cell-hub/edge/nginx");
const deadlineMs = 60_000;

type Upstream = `${"blue" | "green"}-${"frontend" | "backend" | "ml"}`;

/** The example's nginx in a container of its own, before services that are processes of this machine. */
export interface ExampleEdge extends AsyncDisposable {
  url: string;
}

/**
 * Starts it with green serving. Its configuration is the example's, but for the ports.
 *
 * @param upstreams the port of each service; one that is not named does not answer
 * @param change what a test spoils in `server.conf`
 */
export async function startExampleEdge(
  upstreams: Partial<Record<Upstream, number>>,
  change: (server: string) => string = (server) => server,
): Promise<ExampleEdge> {
  const [port = 0, nobody = 0] = await freePorts(2);
  const folder = mkdtempSync(join(tmpdir(), "switchover-edge-"));
  cpSync(files, join(folder, "nginx"), { recursive: true });
  mkdirSync(join(folder, "switch"));
  writeFileSync(join(folder, "switch/green"), "");
  const edit = (name: string, how: (text: string) => string) =>
    writeFileSync(join(folder, "nginx", name), how(readFileSync(join(files, name), "utf8")));
  edit("upstreams.conf", (text) =>
    text.replaceAll(
      /server ((?:blue|green)-\w+):\d+/g,
      (_whole, name: Upstream) => `server 127.0.0.1:${upstreams[name] ?? nobody}`,
    ),
  );
  edit("server.conf", (text) => change(text.replace("listen 80 ", `listen 127.0.0.1:${port} `)));
  const mounts = [`${folder}/nginx:/etc/cell-hub:ro`, `${folder}/switch:/switch:ro`].flatMap((mount) => [
    "--volume",
    mount,
  ]);
  const run = ["container", "run", "--detach", "--rm", "--network", "host", ...mounts];
  const command = ["cell-hub-services:bookworm", "nginx", "-g", "daemon off;"];
  const id = (await docker([...run, ...command], { deadlineMs })).trim();
  const url = `http://127.0.0.1:${port}`;
  const edge = {
    url,
    async [Symbol.asyncDispose]() {
      await docker(["container", "rm", "--force", id], { deadlineMs });
      rmSync(folder, { recursive: true });
    },
  };
  try {
    await untilPasses(async () => {
      await (await fetch(`${url}/health`)).text();
    }, 30_000);
  } catch (thrown) {
    await edge[Symbol.asyncDispose]();
    throw thrown;
  }
  return edge;
}
