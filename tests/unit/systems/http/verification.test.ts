import { afterAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { ask, exchange, openSocket } from "../../../../sdk/systems/http/index.ts";
import type { Issued } from "../../../support/certificates.ts";
import { privateAuthority } from "../../../support/private-authority.ts";

const authority = privateAuthority();

function serving({ certificate, key }: Issued) {
  return Bun.serve<undefined>({
    port: 0,
    hostname: "127.0.0.1",
    tls: { cert: certificate, key },
    fetch: (request, server) =>
      server.upgrade(request, { data: undefined }) ? undefined : new Response("ok"),
    websocket: { message: () => {} },
  });
}

const site = serving(authority.site);
const elsewhere = serving(authority.elsewhere);
afterAll(async () => {
  await Promise.all([site.stop(true), elsewhere.stop(true)]);
  authority[Symbol.dispose]();
});

type Outcome = "answers" | { reason: string };
type Way = (port: number, caFile?: string) => Promise<Outcome>;

const timeoutMs = 10_000;
const variable = "NODE_TLS_REJECT_UNAUTHORIZED";
const ways: [string, Way][] = [
  [
    "what a deployment asks with",
    async (port, caFile) => {
      const answer = await ask(`https://127.0.0.1:${port}/`, { timeoutMs, caFile });
      return answer.ok ? "answers" : { reason: answer.reason };
    },
  ],
  [
    "what a check asks with",
    async (port, caFile) => {
      const answer = await exchange({ url: `https://127.0.0.1:${port}/`, timeoutMs, caFile });
      return answer.ok ? "answers" : { reason: answer.reason };
    },
  ],
  [
    "a WebSocket",
    async (port, caFile) => {
      try {
        await using _socket = await openSocket(`wss://127.0.0.1:${port}/`, { timeoutMs, caFile });
        return "answers";
      } catch (thrown) {
        return { reason: String(thrown) };
      }
    },
  ],
];

describe.each(ways)("%s", (_name, asked) => {
  test("a certificate of a private authority counts by that authority, and by no other", async () => {
    const { port = 0 } = site;
    expect(await asked(port, authority.file)).toBe("answers");
    expect(await asked(port)).toEqual({ reason: expect.stringMatching(/certificate/) });
    expect(await asked(port, authority.strangers)).toEqual({ reason: expect.stringMatching(/certificate/) });
  });

  test("one that the authority signed for another host does not count", async () => {
    const outcome = await asked(elsewhere.port ?? 0, authority.file);
    expect(outcome).toEqual({ reason: expect.stringMatching(/ALTNAME/) });
  });

  test("a variable that turns verification off for others does not turn it off here", async () => {
    const { port = 0 } = site;
    const before = process.env[variable];
    process.env[variable] = "0";
    try {
      expect((await fetch(`https://127.0.0.1:${port}/`, { keepalive: false })).status).toBe(200);
      expect(await asked(port)).toEqual({ reason: expect.stringMatching(/certificate/) });
      expect(await asked(port, authority.strangers)).toEqual({
        reason: expect.stringMatching(/certificate/),
      });
    } finally {
      if (before === undefined) delete process.env[variable];
      else process.env[variable] = before;
    }
  });

  test("a file that holds no authority is named", async () => {
    const nonsense = `${authority.file}.nonsense`;
    writeFileSync(nonsense, "no certificate");
    for (const file of [nonsense, `${authority.file}.away`])
      expect(await asked(site.port ?? 0, file)).toEqual({
        reason: expect.stringContaining(`no certificate of an authority can be read from ${file}: `),
      });
  });
});
