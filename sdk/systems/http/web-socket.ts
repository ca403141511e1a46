import type { CloseEvent, MessageEvent } from "#undici";
import { faultOf } from "./fault.ts";
import { type Trust, verification } from "./verification.ts";

/** A WebSocket whose messages are asked for, one after the other. */
export interface OpenSocket extends AsyncDisposable {
  /** Sends a text. What has come before can be no answer to it, and is dropped. */
  send(text: string): void;
  /**
   * The next message as text.
   *
   * @throws Error in words for a person: closed by whom and how, or nothing within the time
   */
  next(timeoutMs: number): Promise<string>;
}

export interface SocketQuestion extends Trust {
  headers?: Readonly<Record<string, string>> | undefined;
  protocols?: readonly string[] | undefined;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

/** A larger message ends the connection; of more than these that nobody has asked for, the oldest go. */
const largestMessage = 256 * 1024;
const mostWaiting = 256;
const closeMs = 1_000;

/**
 * Opens a WebSocket over a connection of its own.
 *
 * @throws Error in words for a person, when it is refused, or not open within the time
 */
export async function openSocket(url: string, question: SocketQuestion): Promise<OpenSocket> {
  const { Agent, buildConnector, WebSocket } = await import("#undici");
  const { headers, protocols = [], timeoutMs, signal } = question;
  // A proxy that is offered HTTP/2 takes it, and nginx opens no WebSocket there.
  const connect = buildConnector({ timeout: timeoutMs, ...verification(question), allowH2: false });
  let unreached: Error | null = null;
  const agent = new Agent({
    connections: 1,
    connect: (options, callback) =>
      connect(options, (...made) => {
        [unreached] = made;
        callback(...made);
      }),
    webSocket: { maxPayloadSize: largestMessage },
  });
  const socket = new WebSocket(url, {
    headers: { ...headers },
    protocols: [...protocols],
    dispatcher: agent,
  });
  socket.binaryType = "arraybuffer";
  const inbox = new Inbox();
  socket.addEventListener("message", (event: MessageEvent) => inbox.put(textOf(event.data)));
  socket.addEventListener("close", (event: CloseEvent) => inbox.end(closedBy(event)));
  // The close event that follows says more.
  socket.addEventListener("error", () => {});
  const opened = new Promise<void>((resolve, reject) => {
    socket.addEventListener("open", () => resolve());
    socket.addEventListener("close", (event: CloseEvent) => reject(new Error(notOpened(event))));
  });
  const interrupted = () => inbox.end("interrupted");
  signal?.addEventListener("abort", interrupted, { once: true });
  const release = async () => {
    signal?.removeEventListener("abort", interrupted);
    if (socket.readyState < WebSocket.CLOSING) socket.close(1000);
    await Promise.race([inbox.ended, Bun.sleep(closeMs)]);
    await agent.destroy();
  };
  try {
    await Promise.race([
      opened,
      late(timeoutMs, "it did not open"),
      inbox.ended.then((why) => Promise.reject(new Error(why))),
    ]);
  } catch (thrown) {
    await release();
    // A WebSocket only says that it did not open, and not that nobody was there, or nobody whom one may trust.
    throw unreached === null ? thrown : new Error(faultOf(unreached, { url, timeoutMs }).reason);
  }
  return {
    send: (text) => {
      inbox.forget();
      socket.send(text);
    },
    next: (limitMs) => inbox.next(limitMs),
    [Symbol.asyncDispose]: release,
  };
}

/** Messages that have come and that nobody has asked for yet. */
class Inbox {
  private readonly waiting: string[] = [];
  private wake: () => void = () => {};
  private why: string | undefined;
  private readonly over = Promise.withResolvers<string>();
  readonly ended = this.over.promise;

  put(message: string): void {
    if (this.waiting.length >= mostWaiting) this.waiting.shift();
    this.waiting.push(message);
    this.wake();
  }

  forget(): void {
    this.waiting.length = 0;
  }

  end(why: string): void {
    this.why ??= why;
    this.over.resolve(why);
    this.wake();
  }

  async next(timeoutMs: number): Promise<string> {
    const giveUpAt = performance.now() + timeoutMs;
    for (;;) {
      const message = this.waiting.shift();
      if (message !== undefined) return message;
      if (this.why !== undefined) throw new Error(this.why);
      const left = giveUpAt - performance.now();
      const woken = new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      await Promise.race([woken, late(left, "no message came")]);
    }
  }
}

function late(ms: number, what: string): Promise<never> {
  return new Promise((_resolve, reject) => {
    setTimeout(() => reject(new Error(`${what} in time`)), Math.max(0, ms)).unref();
  });
}

function textOf(data: unknown): string {
  if (data instanceof ArrayBuffer) return new TextDecoder().decode(data);
  return String(data);
}

function notOpened({ code }: CloseEvent): string {
  return `it was refused, or is no WebSocket (${code})`;
}

function closedBy({ code, reason, wasClean }: CloseEvent): string {
  if (!wasClean) return "the connection was cut";
  return `it was closed with code ${code}${reason === "" ? "" : `: ${reason}`}`;
}
