import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { docker } from "../../sdk/systems/docker/index.ts";
import { setMarker } from "../../sdk/systems/nginx/index.ts";
import { freePorts } from "./free.ts";
import type { PrivateAuthority } from "./private-authority.ts";
import { untilPasses } from "./until.ts";

const files = resolve(import.meta.dir, "../../examples/cell-hub/edge/nginx");
const deadlineMs = 60_000;
const secured = "ssl_certificate /etc/cell-hub/site.pem; ssl_certificate_key /etc/cell-hub/site.key;\n";

export type Upstream = `${"blue" | "green"}-${"frontend" | "backend" | "ml"}`;

/** The example's nginx in a container of its own, before services that are processes of this machine. */
export interface ExampleEdge extends AsyncDisposable {
  url: string;
  /** Switches it, as a deployment does. */
  serve(environment: "blue" | "green"): void;
}

/**
 * Starts it with green serving. Its configuration is the example's, but for the ports.
 *
 * @param upstreams the port of each service; one that is not named does not answer
 * @param change what a test spoils in `server.conf`
 * @param authority whose certificate it serves HTTPS and HTTP/2 with; plain HTTP without one
 */
export async function startExampleEdge(
  upstreams: Partial<Record<Upstream, number>>,
  change: (server: string) => string = (server) => server,
  authority?: PrivateAuthority,
): Promise<ExampleEdge> {
  const [port = 0, nobody = 0] = await freePorts(2);
  const folder = mkdtempSync(join(tmpdir(), "switchover-edge-"));
  cpSync(files, join(folder, "nginx"), { recursive: true });
  const serve: ExampleEdge["serve"] = (environment) => setMarker(join(folder, "switch"), environment);
  serve("green");
  const edit = (name: string, how: (text: string) => string) =>
    writeFileSync(join(folder, "nginx", name), how(readFileSync(join(files, name), "utf8")));
  edit("upstreams.conf", (text) =>
    text.replaceAll(
      /server ((?:blue|green)-\w+):\d+/g,
      (_whole, name: Upstream) => `server 127.0.0.1:${upstreams[name] ?? nobody}`,
    ),
  );
  const listen = `listen 127.0.0.1:${port} `;
  edit("server.conf", (text) =>
    change(text.replace("listen 80 ", authority === undefined ? listen : `${secured}${listen}ssl http2 `)),
  );
  if (authority !== undefined) {
    writeFileSync(join(folder, "nginx/site.pem"), authority.site.certificate);
    writeFileSync(join(folder, "nginx/site.key"), authority.site.key);
  }
  const mounts = [`${folder}/nginx:/etc/cell-hub:ro`, `${folder}/switch:/switch:ro`].flatMap((mount) => [
    "--volume",
    mount,
  ]);
  const run = ["container", "run", "--detach", "--rm", "--network", "host", ...mounts];
  const command = ["cell-hub-services:bookworm", "nginx", "-g", "daemon off;"];
  const id = (await docker([...run, ...command], { deadlineMs })).trim();
  const url = `${authority === undefined ? "http" : "https"}://127.0.0.1:${port}`;
  const edge = {
    url,
    serve,
    async [Symbol.asyncDispose]() {
      await docker(["container", "rm", "--force", id], { deadlineMs });
      rmSync(folder, { recursive: true });
    },
  };
  try {
    await untilPasses(async () => {
      const tls = authority === undefined ? {} : { ca: readFileSync(authority.file) };
      await (await fetch(`${url}/health`, { tls })).text();
    }, 30_000);
  } catch (thrown) {
    await edge[Symbol.asyncDispose]();
    throw thrown;
  }
  return edge;
}
