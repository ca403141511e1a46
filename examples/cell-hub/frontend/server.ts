import { join } from "node:path";
import { numeric } from "../runtime/env.ts";
import { run, type Service } from "../runtime/service.ts";

const dist = join(import.meta.dir, "dist");
const assetPath = /^\/assets\/([\w-]+\.[0-9a-f]{12}\.(?:js|css))$/;

await run("frontend", async ({ environment, release }): Promise<Service<undefined>> => {
  const template = await Bun.file(join(dist, "index.html")).text();
  const page = template
    .replaceAll("{{environment}}", Bun.escapeHTML(environment))
    .replaceAll("{{release}}", Bun.escapeHTML(release));
  return {
    port: numeric("PORT", 80),
    healthPaths: ["/health"],
    health: () => ({ status: "ok" }),
    answer: (_request, url) => (url.pathname === "/" ? pageAnswer(page) : assetAnswer(url.pathname)),
  };
});

function pageAnswer(page: string): Response {
  // The page names the assets of its release, so it must never outlive the switch in a cache.
  return new Response(page, {
    headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" },
  });
}

async function assetAnswer(path: string): Promise<Response> {
  const [, name] = assetPath.exec(path) ?? [];
  const file = name ? Bun.file(join(dist, "assets", name)) : undefined;
  if (!file || !(await file.exists())) return new Response("not found\n", { status: 404 });
  return new Response(file, { headers: { "cache-control": "public, max-age=31536000, immutable" } });
}
