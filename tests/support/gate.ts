import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What becomes of a request: it goes on; its connection is cut before or after the server took it; it is never answered; a byte of its body, or of its answer, is another; it is answered with 403. */
export type Fate =
  | "pass"
  | "refuse"
  | "cut"
  | "cut answer"
  | "stall"
  | "damage"
  | "damage answer"
  | "half answer";

export interface Passing {
  method: string;
  /** Path and query, as the server gets them. */
  url: string;
  /** What Azure's REST interface calls it, as far as tests speak of it. */
  kind: "block" | "commit" | "list blocks" | "list" | "head" | "read" | "other";
  bytes: number;
  /** Whether the server's answer was handed on. */
  answered: boolean;
}

/** An HTTP proxy before a server, in which things go wrong on purpose. */
export interface Gate extends AsyncDisposable {
  /** The server's address, by way of the gate. */
  address: string;
  /** Every request that came, in order. */
  passed: Passing[];
  /** Decides over each request; all pass unless told. */
  decide: (passing: Passing) => Fate | Promise<Fate>;
}

export async function openGate(target: string): Promise<Gate> {
  const server = createServer((incoming, outgoing) => {
    // Who is cut off, or gives up, makes an error on this side of the connection too.
    pass(gate, new URL(target), incoming, outgoing).catch(() => outgoing.socket?.destroy());
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", resolve);
  await promise;
  const { port } = server.address() as AddressInfo;
  const gate: Gate = {
    address: `http://127.0.0.1:${port}${new URL(target).pathname}`,
    passed: [],
    decide: () => "pass",
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await Promise.resolve();
    },
  };
  return gate;
}

async function pass(
  gate: Gate,
  target: URL,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { method = "", url = "" } = incoming;
  const body = Buffer.concat(await Array.fromAsync(incoming as AsyncIterable<Buffer>));
  const passing: Passing = { method, url, kind: kindOf(method, url), bytes: body.length, answered: false };
  gate.passed.push(passing);
  const fate = await gate.decide(passing);
  if (fate === "stall") return;
  if (fate === "refuse")
    return void outgoing.writeHead(403, { "x-ms-error-code": "AuthenticationFailed" }).end();
  if (fate === "cut") return void outgoing.socket?.destroy();
  if (fate === "damage") flip(body);
  const { hostname, port } = target;
  const headers = { ...incoming.headers, host: target.host };
  const onward = request({ hostname, port, method, path: url, headers, agent: false }, (answer) => {
    hand(answer, outgoing, fate).then(
      () => {
        passing.answered = true;
      },
      () => outgoing.socket?.destroy(),
    );
  });
  onward.on("error", () => outgoing.socket?.destroy());
  onward.end(body);
}

async function hand(answer: IncomingMessage, outgoing: ServerResponse, fate: Fate): Promise<void> {
  const body = Buffer.concat(await Array.fromAsync(answer as AsyncIterable<Buffer>));
  if (fate === "cut answer") return void outgoing.socket?.destroy();
  if (fate === "damage answer") flip(body);
  outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
  if (fate !== "half answer") return void outgoing.end(body);
  outgoing.write(body.subarray(0, body.length / 2), () => outgoing.socket?.destroy());
}

function flip(body: Buffer): void {
  const place = Math.floor(body.length / 2);
  body[place] = (body[place] ?? 0) ^ 1;
}

function kindOf(method: string, url: string): Passing["kind"] {
  const query = new URL(url, "http://gate").searchParams;
  const comp = query.get("comp");
  if (method === "HEAD") return "head";
  if (method === "PUT" && comp === "block") return "block";
  if (method === "PUT" && comp === "blocklist") return "commit";
  if (method === "GET" && comp === "blocklist") return "list blocks";
  if (method === "GET" && comp === "list") return "list";
  return method === "GET" ? "read" : "other";
}
