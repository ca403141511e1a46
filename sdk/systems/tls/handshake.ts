import type { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { connect, type TLSSocket } from "node:tls";

export interface TlsServer {
  host: string;
  port: number;
  /** The name to ask for (SNI); an address is asked for without one. */
  serverName: string;
  /** The authorities, as PEM, that decide about `objection`. */
  authorities: readonly string[];
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

export type Handshake =
  | {
      ok: true;
      /** What the server sent, its own certificate first. */
      chain: X509Certificate[];
      protocol: string;
      /** Why the TLS library itself would refuse the server, by its own code. */
      objection: string | undefined;
    }
  | { ok: false; reason: string };

/**
 * Shakes hands with a TLS server, naming the host it wants (SNI), and hangs up. Whatever comes of it is an answer; one
 * that says nothing, or speaks another language, ends within `timeoutMs`.
 */
export function shakeHands(server: TlsServer): Promise<Handshake> {
  const { host, port, serverName, timeoutMs, signal } = server;
  const { promise, resolve } = Promise.withResolvers<Handshake>();
  // An unwelcome certificate is to be told of, not refused: nothing is sent over this connection.
  const socket = connect({
    host,
    port,
    ca: [...server.authorities],
    rejectUnauthorized: false,
    ...(isIP(serverName) === 0 ? { servername: serverName } : {}),
  });
  const refuse = (reason: string) => resolve({ ok: false, reason });
  const timer = setTimeout(() => refuse(`no TLS handshake within ${timeoutMs} ms`), timeoutMs);
  const abort = () => refuse("the look was ended");
  signal?.addEventListener("abort", abort, { once: true });
  socket.once("secureConnect", () => resolve(seenBy(socket)));
  socket.once("error", (thrown: Error & { code?: string }) => refuse(reasonOf(thrown)));
  socket.once("close", () => refuse("the connection was closed before the handshake was done"));
  return promise.finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
    // An error that still comes is nobody's matter any more.
    socket.on("error", () => undefined);
    socket.destroy();
  });
}

function seenBy(socket: TLSSocket): Handshake {
  const chain: X509Certificate[] = [];
  let next = socket.getPeerX509Certificate();
  while (next !== undefined && !chain.some(({ fingerprint256 }) => fingerprint256 === next?.fingerprint256)) {
    chain.push(next);
    next = next.issuerCertificate;
  }
  if (chain.length === 0) return { ok: false, reason: "the server sent no certificate" };
  return {
    ok: true,
    chain,
    protocol: socket.getProtocol() ?? "TLS",
    objection: objectionOf(socket.authorizationError),
  };
}

/** Typed as an Error; what comes is one, or its code alone. */
function objectionOf(objection: unknown): string | undefined {
  return objection instanceof Error
    ? objection.message
    : typeof objection === "string"
      ? objection
      : undefined;
}

function reasonOf({ code, message }: Error & { code?: string }): string {
  if (code === "ERR_SSL_WRONG_VERSION_NUMBER")
    return "what answers there speaks no TLS (plain HTTP, perhaps)";
  if (code === "ECONNREFUSED") return "nothing listens there";
  return code === undefined || message.includes(code) ? message : `${message} (${code})`;
}
