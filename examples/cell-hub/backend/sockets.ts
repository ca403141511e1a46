import type { Server, ServerWebSocket, WebSocketHandler } from "bun";
import { type Identity, identityHeaders } from "../runtime/identity.ts";

/** The open WebSockets: greeted, echoed to, and told to go away when the service ends. */
export class Sockets {
  private readonly open = new Set<ServerWebSocket<undefined>>();

  constructor(private readonly who: Identity) {}

  get count(): number {
    return this.open.size;
  }

  /** `undefined` when the request became a WebSocket. */
  accept(request: Request, server: Server<undefined>): Response | undefined {
    const upgraded = server.upgrade(request, { headers: identityHeaders(this.who), data: undefined });
    return upgraded ? undefined : Response.json({ error: "this is a WebSocket" }, { status: 426 });
  }

  readonly handler: WebSocketHandler<undefined> = {
    open: (socket) => {
      this.open.add(socket);
      socket.send(JSON.stringify({ type: "hello", ...this.who }));
    },
    message: (socket, message) => {
      socket.send(message);
    },
    close: (socket) => {
      this.open.delete(socket);
    },
  };

  /** 1001 says that the server goes away: a client connects again, and reaches the other environment. */
  sayGoodbye(): void {
    for (const socket of this.open) socket.close(1001, "the server is going away");
  }
}
