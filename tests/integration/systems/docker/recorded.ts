import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A request as the daemon would get it. */
export interface Request {
  path: string;
  /** Whether the docker client or Compose asks; the SDK's own questions otherwise. */
  byClient: boolean;
}

export interface RecordedSocket extends AsyncDisposable {
  /** What leads questions through this socket. */
  env: { DOCKER_HOST: string };
  requests: Request[];
}

/** A socket before the machine's own daemon: what it is asked is written down, answered there, or refused here. */
export function openRecorded(
  refuse: (request: Request) => Response | undefined = () => undefined,
): RecordedSocket {
  const folder = mkdtempSync(join(tmpdir(), "switchover-recorded-"));
  const socket = join(folder, "docker.sock");
  const requests: Request[] = [];
  const server = Bun.serve({
    unix: socket,
    async fetch({ method, url, headers }) {
      const { pathname, search } = new URL(url);
      const byClient = (headers.get("user-agent") ?? "").includes("Docker-Client");
      const request = { path: pathname, byClient };
      requests.push(request);
      return (
        refuse(request) ??
        (await fetch(`http://docker${pathname}${search}`, {
          method,
          unix: "/var/run/docker.sock",
          keepalive: false,
        }))
      );
    },
  });
  return {
    env: { DOCKER_HOST: `unix://${socket}` },
    requests,
    async [Symbol.asyncDispose]() {
      await server.stop(true);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
