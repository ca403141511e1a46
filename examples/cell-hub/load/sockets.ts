import type { Plan } from "./options.ts";
import type { SocketReport } from "./report.ts";
import { Counts, type Tally } from "./tally.ts";

const echoEveryMs = 250;
const echoLimitMs = 5000;
const goingAway = 1001;

/** Users who hold a WebSocket open, send something now and then, and expect it back. */
export class SocketHolders {
  private readonly held = new Set<WebSocket>();
  private readonly environments = new Counts();
  private readonly counts = {
    opened: 0,
    echoes: 0,
    wrongEchoes: 0,
    politeCloses: 0,
    unexpectedCloses: 0,
    refused: 0,
  };
  private stopped = false;

  constructor(
    private readonly plan: Plan,
    private readonly tally: Tally,
  ) {}

  start(): void {
    for (let number = 0; number < this.plan.sockets; number += 1) this.hold();
  }

  stop(): void {
    this.stopped = true;
    for (const socket of this.held) socket.close(1000);
  }

  report(): SocketReport {
    const open = [...this.held].filter((socket) => socket.readyState === WebSocket.OPEN).length;
    return { open, ...this.counts, environments: this.environments.report() };
  }

  private hold(): void {
    if (this.stopped) return;
    const { host, port } = this.plan.door;
    const socket = new WebSocket(`ws://${host.includes(":") ? `[${host}]` : host}:${port}/socket.io/`);
    const echo = new Echo(socket, (right) => this.heard(right));
    this.held.add(socket);
    let environment: string | undefined;
    socket.addEventListener("open", () => {
      this.counts.opened += 1;
      echo.start();
    });
    socket.addEventListener("message", ({ data }) => {
      const text = String(data);
      if (environment !== undefined) return echo.receive(text);
      environment = greetedBy(text);
      this.environments.add(environment);
    });
    socket.addEventListener("close", ({ code }) => {
      echo.stop();
      this.held.delete(socket);
      if (environment !== undefined) this.environments.add(environment, -1);
      this.closed(code, echo.started);
    });
  }

  private heard(right: boolean): void {
    if (right) this.counts.echoes += 1;
    else {
      this.counts.wrongEchoes += 1;
      this.tally.fail("WebSocket: the echo was different or did not come");
    }
  }

  private closed(code: number, wasOpen: boolean): void {
    if (this.stopped) return;
    if (!wasOpen) this.counts.refused += 1;
    else if (code === goingAway) this.counts.politeCloses += 1;
    else this.counts.unexpectedCloses += 1;
    if (code !== goingAway) this.tally.fail(`WebSocket ${wasOpen ? "closed" : "refused"} with ${code}`);
    setTimeout(() => this.hold(), 100);
  }
}

function greetedBy(hello: string): string {
  const parsed = JSON.parse(hello) as { environment?: unknown };
  return String(parsed.environment);
}

/** Sends a text of its own at intervals and compares what comes back. */
class Echo {
  started = false;
  private expected: string | undefined;
  private sentAt = 0;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly socket: WebSocket,
    private readonly heard: (right: boolean) => void,
  ) {}

  start(): void {
    this.started = true;
    this.timer = setInterval(() => this.send(), echoEveryMs);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  receive(text: string): void {
    const right = text === this.expected;
    this.expected = undefined;
    this.heard(right);
  }

  private send(): void {
    if (this.expected !== undefined && performance.now() - this.sentAt < echoLimitMs) return;
    if (this.expected !== undefined) this.heard(false);
    if (this.socket.readyState !== WebSocket.OPEN) return;
    this.expected = crypto.randomUUID();
    this.sentAt = performance.now();
    this.socket.send(this.expected);
  }
}
