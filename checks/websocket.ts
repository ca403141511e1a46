import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { messageOf } from "../sdk/core/errors/index.ts";
import type { CheckContext, Look } from "../sdk/core/finding/index.ts";
import { type OpenSocket, openSocket } from "../sdk/systems/http/index.ts";
import { defineCheck } from "./define.ts";
import { requestHeaders, requestOptions, shownUrl } from "./http/request.ts";
import { differences, parsedJson } from "./json/differences.ts";
import { expectation } from "./json/option.ts";
import { time } from "./options.ts";

/** So many other messages may come before the one that is waited for. */
const mostOthers = 50;

/** Whether a WebSocket opens, answers, and is still there after a silence. */
export const websocket = defineCheck({
  id: "websocket",
  title: "WebSocket",
  summary: "Whether a WebSocket opens, sends an echo, and outlives a silence",
  example: "--url ws://127.0.0.1:8080/socket.io/ --idle 70s",
  deadline: "30s",
  takes: ({ idle }) => idle,
  options: z.strictObject({
    url: z.url({ protocol: /^(wss?|https?)$/ }).describe("Its address."),
    protocols: z.array(z.string()).default([]).describe("The subprotocols to offer."),
    greeting: expectation()
      .optional()
      .describe("What the first message must hold, as JSON; no greeting is waited for without it."),
    message: z
      .string()
      .optional()
      .describe("What to send; a text that nobody else can know without it, which has to come back."),
    answer: expectation()
      .optional()
      .describe("What the answer must hold, as JSON; the message itself without it."),
    idle: time().default(0).describe("How long to be silent, before it must answer once more."),
    ...requestOptions,
  }),
  look: async ({ url, idle, ...options }, context): Promise<Look> => {
    const started = performance.now();
    const where = shownUrl(url);
    let step = "opening it";
    try {
      await using socket = await openSocket(url.replace(/^http/, "ws"), {
        headers: requestHeaders(options, context),
        protocols: options.protocols,
        timeoutMs: options.timeout,
        caFile: options.caFile,
        signal: context.signal,
      });
      if (options.greeting !== undefined) {
        step = "the greeting";
        await greeted(socket, options.greeting, options.timeout);
      }
      step = "the first message";
      await answered(socket, options);
      const latencyMs = Math.round(performance.now() - started);
      if (idle > 0) {
        step = `${idle / 1000} s of silence`;
        await silent(idle, context);
        await answered(socket, options);
      }
      const after = idle === 0 ? "" : `, again after ${idle / 1000} s of silence`;
      return {
        status: "pass",
        summary: `${where} opens and answers in ${latencyMs} ms${after}`,
        evidence: { url: where, latencyMs, idleMs: idle },
      };
    } catch (thrown) {
      return {
        status: "fail",
        summary: `${where} fails at ${step}: ${messageOf(thrown)}`,
        remedy:
          "compare the proxy's `Upgrade` headers and `proxy_read_timeout` for this path, and ask the service past the proxy",
        evidence: { url: where, step },
      };
    }
  },
});

async function greeted(socket: OpenSocket, greeting: unknown, timeoutMs: number): Promise<void> {
  const wrong = differences(greeting, parsedJson(await socket.next(timeoutMs)));
  if (wrong.length > 0) throw new Error(wrong.join("; "));
}

interface Talk {
  message?: string | undefined;
  answer?: unknown;
  timeout: number;
}

/** Sends, and waits for the answer; what comes in between is others'. */
async function answered(socket: OpenSocket, { message, answer, timeout }: Talk): Promise<void> {
  const sent = message ?? `switchover-check-${crypto.randomUUID()}`;
  const isAnswer = (text: string) =>
    answer === undefined ? text === sent : differences(answer, parsedJson(text)).length === 0;
  const giveUpAt = performance.now() + timeout;
  socket.send(sent);
  for (let others = 0; others < mostOthers; others += 1) {
    if (isAnswer(await socket.next(giveUpAt - performance.now()))) return;
  }
  throw new Error(`${mostOthers} messages came, and none was the answer`);
}

async function silent(ms: number, { signal }: CheckContext): Promise<void> {
  await sleep(ms, undefined, { signal });
}
