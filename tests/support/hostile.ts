import { createServer, type Server, type Socket } from "node:net";

export interface Hostile extends Disposable {
  port: number;
  /** The bytes that were sent to whoever asked. */
  sent(): number;
}

/** A server on the loopback that does with each connection what it is told, once something was asked. */
export async function hostileServer(
  answer: (socket: Socket, send: (text: string | Uint8Array) => boolean) => void,
): Promise<Hostile> {
  const sockets = new Set<Socket>();
  let sent = 0;
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => sockets.delete(socket));
    const send = (text: string | Uint8Array) => {
      sent += text.length;
      return socket.write(text);
    };
    socket.once("data", () => answer(socket, send));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    port: address.port,
    sent: () => sent,
    [Symbol.dispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

const ok = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";

/** Sends so many bytes of a body, as fast as they are taken. */
export function sendsBytes(total: number) {
  const chunk = new Uint8Array(256 * 1024).fill(97);
  return (socket: Socket, send: (text: string | Uint8Array) => boolean) => {
    send(`${ok}Content-Length: ${total}\r\n\r\n`);
    let left = total;
    const more = () => {
      while (left > 0 && !socket.destroyed) {
        left -= chunk.length;
        if (!send(chunk)) return void socket.once("drain", more);
      }
    };
    more();
  };
}

/** Sends a text letter by letter, every few milliseconds, for ever. */
function drips(start: string, letter: string) {
  return (socket: Socket, send: (text: string) => boolean) => {
    send(start);
    const timer = setInterval(() => send(letter), 20);
    socket.once("close", () => clearInterval(timer));
  };
}

/** What servers do that mean harm, or are broken. */
export const hostilities = {
  "says nothing": () => {},
  "never ends its body": (_: Socket, send: (text: string) => boolean) =>
    void send(`${ok}Transfer-Encoding: chunked\r\n\r\n5\r\n{"a":\r\n`),
  "drips its body": drips(`${ok}Content-Length: 1000000\r\n\r\n`, "a"),
  "drips its headers": drips(ok, "X"),
  "sends 2 GB": sendsBytes(2 * 2 ** 30),
  "sends headers without end": (socket: Socket, send: (text: string) => boolean) => {
    send(ok);
    const more = () => {
      while (!socket.destroyed)
        if (!send(`X-A: ${"a".repeat(1_000)}\r\n`)) return void socket.once("drain", more);
    };
    more();
  },
  "redirects for ever": (socket: Socket, send: (text: string) => boolean) => {
    send("HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    socket.end();
  },
  "closes mid-header": (socket: Socket, send: (text: string) => boolean) => {
    send("HTTP/1.1 200 OK\r\nContent-Ty");
    socket.end();
  },
  "closes mid-body": (socket: Socket, send: (text: string) => boolean) => {
    send(`${ok}Content-Length: 100\r\n\r\n{"a"`);
    socket.end();
  },
  "closes at once": (socket: Socket) => void socket.end(),
  resets: (socket: Socket) => void socket.resetAndDestroy(),
  "speaks something else": (socket: Socket) => void socket.end("220 mail ESMTP\r\n"),
} as const;
