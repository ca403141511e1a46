import { join } from "node:path";
import { numeric } from "../runtime/env.ts";
import { log, reason } from "../runtime/log.ts";
import { run, type Service } from "../runtime/service.ts";
import { readImage } from "./image.ts";
import { Model } from "./model.ts";

let model: Model | undefined;

await run("ml", (): Service<undefined> => {
  void load();
  return {
    port: numeric("PORT", 8000),
    healthPaths: ["/health", "/api/v1/health"],
    health: () => (model ? { status: "ok", weights: model.sha256 } : { status: "loading" }),
    answer: (request, url) => {
      if (request.method === "POST" && url.pathname === "/api/v1/infer") return infer(request);
      if (request.method === "GET" && url.pathname === "/api/v1/model") return describe();
      return Response.json({ error: "no such route" }, { status: 404 });
    },
  };
});

/** Real weights take their time, and so do these: whoever deploys must wait for health, not for the port. */
async function load(): Promise<void> {
  try {
    await Bun.sleep(numeric("MODEL_LOAD_SECONDS", 1.5) * 1000);
    model = await Model.load(process.env["WEIGHTS"] ?? join(import.meta.dir, "weights/model_final.bin"));
    log("weights loaded", { sha256: model.sha256 });
  } catch (error) {
    log("weights not loaded", { reason: reason(error) });
    process.exit(1);
  }
}

function describe(): Response {
  if (!model) return Response.json({ error: "the weights are still being loaded" }, { status: 503 });
  return Response.json({ weights: model.sha256 });
}

async function infer(request: Request): Promise<Response> {
  if (!model) return Response.json({ error: "the weights are still being loaded" }, { status: 503 });
  const body: unknown = await request.json().catch(() => undefined);
  try {
    return Response.json({ ...model.infer(readImage(body)), weights: model.sha256 });
  } catch (error) {
    return Response.json({ error: reason(error) }, { status: 400 });
  }
}
