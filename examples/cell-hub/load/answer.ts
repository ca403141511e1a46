/** One whole answer of HTTP/1.1. */
export interface Answer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  /** Whether the server keeps the connection for the next request. */
  readonly keepsConnection: boolean;
}

interface Head {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  /** Where the body begins. */
  readonly end: number;
}

/** Collects the bytes of one answer until it is whole. */
export class AnswerReader {
  private received: Buffer = Buffer.alloc(0);
  private head: Head | undefined;

  /** Whether anything of the answer has come. */
  get begun(): boolean {
    return this.received.length > 0;
  }

  /** Takes what has arrived; the answer, once its last byte is there. */
  take(bytes: Buffer): Answer | undefined {
    this.received = this.received.length === 0 ? bytes : Buffer.concat([this.received, bytes]);
    this.head ??= readHead(this.received);
    if (!this.head) return undefined;
    const body = readBody(this.head, this.received);
    return body && whole(this.head, body);
  }
}

function whole({ status, headers }: Head, body: Buffer): Answer {
  return { status, headers, body, keepsConnection: headers.get("connection")?.toLowerCase() !== "close" };
}

function readHead(bytes: Buffer): Head | undefined {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [statusLine = "", ...lines] = bytes.toString("latin1", 0, end).split("\r\n");
  const [, status] = /^HTTP\/1\.[01] (\d{3})/.exec(statusLine) ?? [];
  if (!status) throw new Error(`not HTTP: ${statusLine.slice(0, 80)}`);
  const headers = new Map(lines.map(readHeader));
  return { status: Number(status), headers, end: end + 4 };
}

function readHeader(line: string): [string, string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}

function readBody({ status, headers, end }: Head, bytes: Buffer): Buffer | undefined {
  if (status === 204 || status === 304) return bytes.subarray(end, end);
  if (headers.get("transfer-encoding") === "chunked") return readChunks(bytes, end);
  const length = Number(headers.get("content-length"));
  if (!headers.has("content-length") || !Number.isInteger(length))
    throw new Error("an answer without a length");
  return bytes.length >= end + length ? bytes.subarray(end, end + length) : undefined;
}

function readChunks(bytes: Buffer, start: number): Buffer | undefined {
  const chunks: Buffer[] = [];
  for (let at = start; ; ) {
    const lineEnd = bytes.indexOf("\r\n", at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(bytes.toString("latin1", at, lineEnd), 16);
    const next = lineEnd + 2 + size + 2;
    if (Number.isNaN(size)) throw new Error("a chunk without a size");
    if (bytes.length < next) return undefined;
    if (size === 0) return Buffer.concat(chunks);
    chunks.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = next;
  }
}
