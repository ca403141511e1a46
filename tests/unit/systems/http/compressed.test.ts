import { afterAll, expect, test } from "bun:test";
import { brotliCompressSync, constants, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { exchange } from "../../../../sdk/systems/http/index.ts";

const text = '{"database":"connected"}';
const mebibyte = 2 ** 20;
const zeros = Buffer.alloc(128 * mebibyte);
const quickly = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };

type Served = { encoding: string; body: Buffer };
const served: Record<string, Served> = {
  gzip: { encoding: "gzip", body: gzipSync(text) },
  "x-gzip": { encoding: "X-GZip", body: gzipSync(text) },
  deflate: { encoding: "deflate", body: deflateSync(text) },
  br: { encoding: "br", body: brotliCompressSync(text) },
  zstd: { encoding: "zstd", body: zstdCompressSync(text) },
  identity: { encoding: "identity", body: Buffer.from(text) },
  "a bomb": { encoding: "gzip", body: gzipSync(zeros) },
  "a br bomb": { encoding: "br", body: brotliCompressSync(zeros, quickly) },
  "a zstd bomb": { encoding: "zstd", body: zstdCompressSync(zeros) },
  "no gzip": { encoding: "gzip", body: Buffer.from(text) },
  "no br": { encoding: "br", body: Buffer.from(text) },
  "no zstd": { encoding: "zstd", body: Buffer.from(text) },
  cut: { encoding: "gzip", body: gzipSync(text).subarray(0, 30) },
  unknown: { encoding: "compress", body: Buffer.from(text) },
  empty: { encoding: "gzip", body: Buffer.alloc(0) },
};
const heard: (string | null)[] = [];
/** A server that compresses whatever it is asked. */
const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch(request) {
    heard.push(request.headers.get("accept-encoding"));
    const { encoding, body } = served[decodeURI(new URL(request.url).pathname.slice(1))] ?? {};
    if (body === undefined || encoding === undefined) return new Response("", { status: 404 });
    return new Response(body, { headers: { "content-encoding": encoding } });
  },
});
afterAll(() => server.stop(true));

const asked = (path: string, more: object = {}) =>
  exchange({ url: `${server.url.origin}/${path}`, timeoutMs: 10_000, ...more });

test("nothing compressed is asked for, unless the caller asks for it", async () => {
  await asked("identity");
  await asked("gzip", { headers: { "Accept-Encoding": "gzip" } });
  expect(heard.splice(0)).toEqual(["identity", "gzip"]);
});

test.each(["gzip", "x-gzip", "deflate", "br", "zstd", "identity"])(
  "a body that comes as %s all the same is read as it is meant",
  async (encoding) => {
    const answer = await asked(encoding);
    if (!answer.ok) throw new Error(answer.reason);
    expect(new TextDecoder().decode(answer.body)).toBe(text);
    expect(answer.headers.get("content-encoding")?.toLowerCase()).toBe(encoding);
  },
);

test("an answer without a body has none to decompress", async () => {
  expect(await asked("empty")).toMatchObject({ ok: true, body: Buffer.alloc(0) });
  expect(await asked("gzip", { method: "HEAD" })).toMatchObject({ ok: true, body: Buffer.alloc(0) });
});

test.each(["a bomb", "a br bomb", "a zstd bomb"])(
  "%s is not decompressed further than a body may be large",
  async (path) => {
    const before = process.memoryUsage().rss;
    const answer = await asked(encodeURI(path), { bodyLimit: mebibyte });
    expect(answer).toMatchObject({ ok: false, kind: "too large", status: 200 });
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * mebibyte);
  },
);

test.each(["no gzip", "no br", "no zstd", "cut"])("a body that is %s is told as that", async (path) => {
  expect(await asked(encodeURI(path))).toMatchObject({
    ok: false,
    kind: "encoding",
    status: 200,
    reason: expect.stringContaining("its body is not in the encoding that its headers name"),
  });
});

test("an encoding that is not known is named", async () => {
  expect(await asked("unknown")).toMatchObject({
    ok: false,
    kind: "encoding",
    reason: 'its body is encoded as "compress", which is not read here',
  });
});
