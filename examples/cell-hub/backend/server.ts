import { numeric } from "../runtime/env.ts";
import type { Identity } from "../runtime/identity.ts";
import { type Health, run, type Service } from "../runtime/service.ts";
import { Cache } from "./cache.ts";
import { databaseState, openDatabase } from "./database.ts";
import { readSecrets } from "./routes/sessions.ts";
import { answer, type Parts } from "./routes.ts";
import { Sockets } from "./sockets.ts";
import { Uploads } from "./uploads.ts";

await run("backend", (identity): Service<undefined> => {
  const parts = openParts(identity);
  return {
    port: numeric("PORT", 3001),
    healthPaths: ["/health", "/api/health"],
    health: () => health(parts),
    answer: (request, url, server) => answer(parts, request, url, server),
    websocket: parts.sockets.handler,
    closing: () => parts.sockets.sayGoodbye(),
    closed: async () => {
      parts.cache.close();
      await parts.pool.end();
    },
  };
});

function openParts(identity: Identity): Parts {
  return {
    identity,
    pool: openDatabase(),
    cache: new Cache(),
    uploads: new Uploads(process.env["UPLOADS_DIRECTORY"] ?? "/data/uploads"),
    sockets: new Sockets(identity),
    secrets: readSecrets(),
  };
}

async function health({ pool, cache, uploads, sockets }: Parts): Promise<Health> {
  const [database, redis, files] = await Promise.all([databaseState(pool), cache.state(), uploads.state()]);
  const ok = database === "connected" && redis === "connected" && files === "writable";
  return { status: ok ? "ok" : "unhealthy", database, redis, uploads: files, sockets: sockets.count };
}
