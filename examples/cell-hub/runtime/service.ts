import type { Server, WebSocketHandler } from "bun";
import { type Identity, identityHeaders, readIdentity } from "./identity.ts";
import { log, reason } from "./log.ts";
import { type Misbehaviour, parseMisbehaviour } from "./misbehaviour.ts";
import { exhaustMemory } from "./out-of-memory.ts";
import { onShutdown } from "./shutdown.ts";

/** What a health question is answered with; anything but "ok" becomes a 503. */
export interface Health {
  readonly status: string;
  readonly [detail: string]: unknown;
}

export type Answer = Response | undefined | Promise<Response | undefined>;

/** A service: what is its own. Identity, health, misbehaviour and shutdown are the same for all. */
export interface Service<SocketData> {
  readonly port: number;
  readonly healthPaths: readonly string[];
  health(): Health | Promise<Health>;
  /** `undefined` says that the connection became a WebSocket. */
  answer(request: Request, url: URL, server: Server<SocketData>): Answer;
  readonly websocket?: WebSocketHandler<SocketData>;
  /** Runs first at shutdown, while requests in flight are still being answered. */
  closing?(): void;
  /** Runs last, when nothing needs the service's connections any more. */
  closed?(): Promise<void>;
}

/** Starts a service built from its identity, and keeps it until a signal ends it. */
export async function run<SocketData>(
  name: string,
  build: (identity: Identity) => Service<SocketData> | Promise<Service<SocketData>>,
): Promise<void> {
  try {
    const misbehaviour = parseMisbehaviour(process.env["MISBEHAVE"] ?? "");
    const identity = readIdentity(name, misbehaviour);
    await start(identity, misbehaviour, build);
  } catch (error) {
    log("could not start", { service: name, reason: reason(error) });
    process.exit(1);
  }
}

async function start<SocketData>(
  identity: Identity,
  misbehaviour: Misbehaviour,
  build: (identity: Identity) => Service<SocketData> | Promise<Service<SocketData>>,
): Promise<void> {
  let service: Service<SocketData> | undefined;
  let server: Server<SocketData> | undefined;
  onShutdown(async () => {
    service?.closing?.();
    await server?.stop();
    await service?.closed?.();
  });
  await misbehaveBefore(misbehaviour);
  service = await build(identity);
  server = listen(service, identity, misbehaviour);
  log("listening", { ...identity, port: service.port, misbehaviour: misbehaviour.kind });
  misbehaveAfter(misbehaviour);
}

function listen<SocketData>(
  service: Service<SocketData>,
  identity: Identity,
  misbehaviour: Misbehaviour,
): Server<SocketData> {
  const headers = Object.entries(identityHeaders(identity));
  const failing = errorsAfter(misbehaviour);
  const answer = async (request: Request, server: Server<SocketData>): Promise<Response | undefined> => {
    const url = new URL(request.url);
    if (service.healthPaths.includes(url.pathname)) return healthAnswer(service, identity, misbehaviour);
    if (failing()) return Response.json({ error: "failing on purpose" }, { status: 500 });
    return service.answer(request, url, server);
  };
  return Bun.serve<SocketData>({
    port: service.port,
    // The proxy in front decides how long a connection may be idle; ending it here would race with its next request.
    idleTimeout: 0,
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    websocket: service.websocket ?? { message: () => {} },
    async fetch(request, server) {
      const response = await answer(request, server).catch(internalError);
      for (const [name, value] of headers) response?.headers.set(name, value);
      return response;
    },
  });
}

async function healthAnswer<SocketData>(
  service: Service<SocketData>,
  identity: Identity,
  misbehaviour: Misbehaviour,
): Promise<Response> {
  const health = misbehaviour.kind === "never-healthy" ? { status: "unhealthy" } : await service.health();
  return Response.json({ ...health, ...identity }, { status: health.status === "ok" ? 200 : 503 });
}

function internalError(error: unknown): Response {
  log("request failed", { reason: reason(error) });
  return Response.json({ error: "internal error" }, { status: 500 });
}

function errorsAfter(misbehaviour: Misbehaviour): () => boolean {
  if (misbehaviour.kind !== "errors-after") return () => false;
  let answered = 0;
  return () => ++answered > misbehaviour.requests;
}

async function misbehaveBefore(misbehaviour: Misbehaviour): Promise<void> {
  if (misbehaviour.kind === "crash-on-start") throw new Error("crashing on start, as asked");
  if (misbehaviour.kind === "slow-start") await Bun.sleep(misbehaviour.seconds * 1000);
}

function misbehaveAfter(misbehaviour: Misbehaviour): void {
  if (misbehaviour.kind === "out-of-memory") void exhaustMemory();
  if (misbehaviour.kind !== "crash-after") return;
  setTimeout(() => {
    log("crashing, as asked", { seconds: misbehaviour.seconds });
    process.exit(1);
  }, misbehaviour.seconds * 1000);
}
