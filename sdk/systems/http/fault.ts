/** Why there is no whole answer, in a word for a program. */
export type FaultKind =
  | "late"
  | "interrupted"
  | "refused"
  | "unresolved"
  | "cut off"
  | "no HTTP"
  | "no TLS"
  | "certificate"
  | "too large"
  | "redirects"
  | "encoding"
  | "other";

/** What the exchange itself refuses to go on with. */
export class Excess extends Error {
  readonly kind: "too large" | "redirects" | "encoding";

  constructor(kind: Excess["kind"], message: string) {
    super(message);
    this.kind = kind;
  }
}

export interface Fault {
  kind: FaultKind;
  /** One line for a person: lower case, and no full stop. */
  reason: string;
}

/** What went wrong, from what undici and Bun's sockets throw. */
export function faultOf(thrown: unknown, { url, timeoutMs }: { url: string; timeoutMs: number }): Fault {
  if (!(thrown instanceof Error)) return { kind: "other", reason: String(thrown) };
  if (thrown instanceof Excess) return { kind: thrown.kind, reason: thrown.message };
  const code = "code" in thrown && typeof thrown.code === "string" ? thrown.code : "";
  if (thrown.name === "TimeoutError" || code === "UND_ERR_CONNECT_TIMEOUT")
    return { kind: "late", reason: `no whole answer within ${timeoutMs} ms` };
  if (thrown.name === "AbortError") return { kind: "interrupted", reason: "interrupted" };
  if (thrown.name === "HTTPParserError")
    return { kind: "no HTTP", reason: `what answers does not speak HTTP: ${thrown.message}` };
  const known = reasons.find(({ codes }) => codes.test(code));
  if (known === undefined)
    return { kind: "other", reason: code === "" ? thrown.message : `${thrown.message} (${code})` };
  return { kind: known.kind, reason: `${known.says(thrown, new URL(url).protocol === "https:")} (${code})` };
}

interface Reason {
  codes: RegExp;
  kind: FaultKind;
  says: (thrown: Error, secure: boolean) => string;
}

const reasons: readonly Reason[] = [
  { codes: /^ECONNREFUSED$/, kind: "refused", says: () => "nobody listens there" },
  { codes: /^(ENOTFOUND|EAI_AGAIN)$/, kind: "unresolved", says: () => "the name does not resolve" },
  {
    codes: /^ERR_SSL_WRONG_VERSION_NUMBER$/,
    kind: "no TLS",
    says: () => "what listens there does not speak TLS: try http://",
  },
  {
    codes: /^UND_ERR_HEADERS_OVERFLOW$/,
    kind: "too large",
    says: () => "its headers are larger than 64 KiB, and were not read further",
  },
  {
    codes: /^(UND_ERR_SOCKET|ECONNRESET|EPIPE)$/,
    kind: "cut off",
    says: (thrown, secure) => {
      if (received(thrown) > 0) return "the connection was closed in the middle of the answer";
      return `the connection was closed without an answer${secure ? "" : "; what listens there may speak TLS: try https://"}`;
    },
  },
  {
    codes: /^(Z_\w+|ERR__?(BROTLI|ZSTD|ERROR)\w*|ZSTD_\w+)$/,
    kind: "encoding",
    says: () => "its body is not in the encoding that its headers name",
  },
  {
    codes: /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_|HOSTNAME_MISMATCH)/,
    kind: "certificate",
    says: ({ message }) => `the certificate is not trusted: ${message}`,
  },
];

/** The bytes that came before the end, as undici's SocketError tells them. */
function received(thrown: Error): number {
  const socket: unknown = "socket" in thrown ? thrown.socket : undefined;
  if (typeof socket !== "object" || socket === null || !("bytesRead" in socket)) return 0;
  return Number(socket.bytesRead);
}
