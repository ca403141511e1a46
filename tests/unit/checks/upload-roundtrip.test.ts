import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { uploadRoundtrip } from "../../../checks/index.ts";
import { filledFrom } from "../../../checks/upload-roundtrip/addresses.ts";
import { type ExampleService, startExampleService } from "../../support/example-service.ts";
import { smallFileSystem } from "../core/small-file-system.ts";

const folder = mkdtempSync(join(tmpdir(), "switchover-upload-"));
let backend: ExampleService;

beforeAll(async () => {
  backend = await startExampleService("backend", { UPLOADS_DIRECTORY: folder });
});
afterAll(async () => {
  await backend[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const stored = () => readdirSync(folder).filter((name) => name !== ".incoming");

const look = (base: string, more: Partial<Parameters<typeof uploadRoundtrip>[0]> = {}) =>
  uploadRoundtrip({
    url: `${base}/api/uploads`,
    download: "/uploads/{id}",
    remove: "/api/uploads/{id}",
    ...more,
  });

test("a file that comes back byte for byte passes, and is gone afterwards", async () => {
  expect(await look(backend.url, { size: "3MB" })).toMatchObject({ status: "pass" });
  expect(stored()).toEqual([]);
});

/** Stands before the backend, as a proxy that spoils what goes through it. */
function spoiling(spoil: (request: Request, answer: Response) => Response | Promise<Response>) {
  return Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const { pathname } = new URL(request.url);
      const { method } = request;
      const body = method === "POST" ? await request.bytes() : undefined;
      return spoil(request, await fetch(`${backend.url}${pathname}`, { method, ...(body && { body }) }));
    },
  });
}

const ofDownload = (request: Request) => request.method === "GET";

test("a byte that changed on its way fails, and nothing is left behind", async () => {
  using proxy = spoiling(async (request, answer) => {
    if (!ofDownload(request)) return answer;
    const bytes = await answer.bytes();
    bytes[1_234] = (bytes[1_234] ?? 0) ^ 1;
    return new Response(bytes);
  });
  const finding = await look(proxy.url.origin);
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain("differs from the one that was sent, from byte 1234 on");
  expect(stored()).toEqual([]);
});

test("a file that was cut, and a download that fails, are told, and nothing is left behind", async () => {
  using cutting = spoiling(async (request, answer) =>
    ofDownload(request) ? new Response((await answer.bytes()).slice(0, 100)) : answer,
  );
  expect((await look(cutting.url.origin)).summary).toContain("100 bytes came back of 64000");
  using failing = spoiling((request, answer) =>
    ofDownload(request) ? new Response("no", { status: 500 }) : answer,
  );
  expect((await look(failing.url.origin)).summary).toContain("is answered 500");
  expect(stored()).toEqual([]);
});

test("a download that hangs costs no file either", async () => {
  using hanging = spoiling((request, answer) =>
    ofDownload(request) ? Promise.withResolvers<Response>().promise : answer,
  );
  const finding = await look(hanging.url.origin, { timeout: "300ms" });
  expect(finding.status).toBe("fail");
  expect(stored()).toEqual([]);
});

test("a folder without room answers 500, which fails", async () => {
  using small = smallFileSystem(512);
  await using full = await startExampleService("backend", { UPLOADS_DIRECTORY: small.path });
  expect(await look(full.url)).toMatchObject({ status: "pass" });
  small.fill();
  const finding = await look(full.url);
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain("the upload is answered 500");
});

test("a removal that only says so, or is refused, fails: the file is still there", async () => {
  using pretending = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      if (request.method === "DELETE") return new Response(null, { status: 204 });
      const body = request.method === "POST" ? await request.bytes() : undefined;
      const path = new URL(request.url).pathname;
      return fetch(`${backend.url}${path}`, { method: request.method, ...(body && { body }) });
    },
  });
  const finding = await look(pretending.url.origin);
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain("the file is still there after it was removed");
  for (const name of stored()) rmSync(join(folder, name));
  const refused = await look(backend.url, { remove: "/api/version/{id}" });
  expect(refused.summary).toContain("could not be removed, and is still at");
  for (const name of stored()) rmSync(join(folder, name));
});

test("a form's field is sent as a browser would", async () => {
  let seen: { name: string; size: number } | undefined;
  let kept: Uint8Array<ArrayBuffer> | undefined;
  using server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      if (request.method === "DELETE") {
        kept = undefined;
        return new Response(null, { status: 204 });
      }
      if (request.method !== "POST") return kept ? new Response(kept) : new Response("gone", { status: 404 });
      const file = (await request.formData()).get("picture");
      if (!(file instanceof Blob)) return new Response("no file", { status: 400 });
      kept = new Uint8Array(await file.arrayBuffer());
      seen = { name: file instanceof File ? file.name : "", size: file.size };
      return Response.json({ file: { url: "/files/a%20b" } });
    },
  });
  const pattern = "{file.url}";
  const options = {
    url: server.url.href,
    field: "picture",
    download: pattern,
    remove: pattern,
    size: 70_000,
  };
  expect(await uploadRoundtrip(options)).toMatchObject({ status: "pass" });
  expect(seen).toMatchObject({ size: 70_000 });
  expect(seen?.name).toStartWith("switchover-check-");
});

test("an answer leads to no other site, and out of no folder", () => {
  const base = "https://shop.example/api/uploads";
  expect(filledFrom("/uploads/{id}", { id: "../../admin?x" }, base)).toBe(
    "https://shop.example/uploads/..%2F..%2Fadmin%3Fx",
  );
  expect(filledFrom("{url}", { url: "https://evil.example/" }, base)).toBeUndefined();
  expect(filledFrom("{url}", { url: "//evil.example/" }, base)).toBeUndefined();
  expect(filledFrom("/uploads/{id}", { name: "x" }, base)).toBeUndefined();
  expect(filledFrom("/{a.b}", { a: { b: 7 } }, base)).toBe("https://shop.example/7");
});
