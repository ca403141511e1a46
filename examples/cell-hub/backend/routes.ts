import type { Server } from "bun";
import type pg from "pg";
import type { Identity } from "../runtime/identity.ts";
import type { Answer } from "../runtime/service.ts";
import type { Cache } from "./cache.ts";
import { increaseCounter, readCounter, setCounter } from "./routes/counter.ts";
import { apiDocs } from "./routes/docs.ts";
import { addSegmentation, listSegmentations } from "./routes/segmentations.ts";
import { login, me, refresh, type Secrets } from "./routes/sessions.ts";
import { addUpload, readUpload, removeUpload } from "./routes/uploads.ts";
import type { Sockets } from "./sockets.ts";
import type { Uploads } from "./uploads.ts";

/** What the routes work with. */
export interface Parts {
  readonly identity: Identity;
  readonly pool: pg.Pool;
  readonly cache: Cache;
  readonly uploads: Uploads;
  readonly sockets: Sockets;
  readonly secrets: Secrets;
}

type Route = (parts: Parts, request: Request, url: URL) => Answer;

const routes: Record<string, Route> = {
  "GET /api/version": ({ identity }) => Response.json(identity),
  "GET /api/segmentations": ({ pool }, _request, url) => listSegmentations(pool, url),
  "POST /api/segmentations": ({ pool, identity }, request) => addSegmentation(pool, identity, request),
  "GET /api/counter": ({ cache }) => readCounter(cache),
  "POST /api/counter": ({ cache }) => increaseCounter(cache),
  "PUT /api/counter": ({ cache }, request) => setCounter(cache, request),
  "POST /api/login": ({ secrets }, request) => login(secrets, request),
  "POST /api/refresh": ({ secrets }, request) => refresh(secrets, request),
  "GET /api/me": ({ secrets }, request) => me(secrets, request),
  "POST /api/uploads": ({ uploads }, request, url) => addUpload(uploads, request, url),
  "GET /api-docs": () => apiDocs(),
};

/** Finds the route of a request and answers it. */
export function answer(parts: Parts, request: Request, url: URL, server: Server<undefined>): Answer {
  if (url.pathname.startsWith("/socket.io/")) return parts.sockets.accept(request, server);
  const method = request.method === "HEAD" ? "GET" : request.method;
  const route = routes[`${method} ${url.pathname}`] ?? uploadRoute(method, url);
  return route ? route(parts, request, url) : Response.json({ error: "no such route" }, { status: 404 });
}

function uploadRoute(method: string, url: URL): Route | undefined {
  const [, id] = /^(?:\/api)?\/uploads\/([^/]+)$/.exec(url.pathname) ?? [];
  if (!id) return undefined;
  if (method === "GET") return ({ uploads }) => readUpload(uploads, id);
  if (method === "DELETE") return ({ uploads }) => removeUpload(uploads, id);
  return undefined;
}
