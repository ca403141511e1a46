import { connect, type Socket } from "node:net";
import { type Answer, AnswerReader } from "./answer.ts";
import type { FrontDoor } from "./options.ts";

/** A request that got no whole answer: what a user calls an error, and a client that retries never shows. */
class Dropped extends Error {
  override readonly name = "Dropped";
}

interface Waiting {
  readonly reader: AnswerReader;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (dropped: Dropped) => void;
}

/** A plain keep-alive connection with one request at a time, which never tries anything twice. */
export class Connection {
  private waiting: Waiting | undefined;
  private lastError: Error | undefined;
  private open = true;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on("data", (bytes) => this.receive(Buffer.from(bytes)));
    socket.on("error", (error) => {
      this.lastError = error;
    });
    socket.on("end", () => this.finish("closed by the server"));
    socket.on("close", () => this.finish("closed"));
  }

  /** Connects, within two seconds. */
  static open({ host, port }: FrontDoor): Promise<Connection> {
    const { promise, resolve, reject } = Promise.withResolvers<Connection>();
    const socket = connect({ host, port });
    const timer = setTimeout(() => socket.destroy(new Error("no connection within 2 s")), 2000);
    const fail = (error?: Error) => reject(new Dropped(`connecting: ${error?.message ?? "closed"}`));
    socket.once("error", fail);
    socket.once("close", () => fail());
    socket.once("connect", () => {
      socket.removeAllListeners();
      resolve(new Connection(socket));
    });
    return promise.finally(() => clearTimeout(timer));
  }

  /** Whether the next request can go this way. A server may close between two requests; nobody loses anything then. */
  get usable(): boolean {
    return this.open && this.waiting === undefined;
  }

  /** Sends the beginning of a request, or all of it, and resolves with its answer. */
  send(bytes: string): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.waiting = { reader: new AnswerReader(), resolve, reject };
    this.socket.write(bytes, "latin1");
    return promise;
  }

  /** Sends more of a request's body; resolves when there is room for the next piece. */
  async sendMore(bytes: Uint8Array): Promise<void> {
    if (!this.open || this.socket.write(bytes)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.socket.once("drain", resolve);
    this.socket.once("close", () => resolve());
    await promise;
  }

  close(): void {
    this.open = false;
    this.socket.destroy();
  }

  private receive(bytes: Buffer): void {
    const { waiting } = this;
    try {
      if (!waiting) throw new Error("an answer that nobody asked for");
      const answer = waiting.reader.take(bytes);
      if (answer) this.settle(waiting, answer);
    } catch (error) {
      this.finish(error instanceof Error ? error.message : String(error));
      this.close();
    }
  }

  private settle({ resolve }: Waiting, answer: Answer): void {
    this.waiting = undefined;
    if (!answer.keepsConnection) this.close();
    resolve(answer);
  }

  private finish(how: string): void {
    this.open = false;
    const { waiting } = this;
    this.waiting = undefined;
    const when = waiting?.reader.begun ? "in the middle of an answer" : "with a request outstanding";
    waiting?.reject(new Dropped(`${this.lastError?.message ?? how}, ${when}`));
  }
}
