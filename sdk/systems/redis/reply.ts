/** An answer of Redis in its protocol's second version (RESP2): a text, a number, nothing, an error, or a list of them. */
export type Reply = string | number | null | RedisError | Reply[];

/** What Redis says instead of doing it, such as "NOAUTH Authentication required." */
export class RedisError extends Error {
  override readonly name = "RedisError";
}

/** No answer that we ask for is larger. */
const longestReply = 1024 * 1024;
const nesting = 4;

/**
 * Reads the first reply of the bytes that have come: undefined while a part of it is missing.
 *
 * @throws Error for what is not Redis's protocol.
 */
export function readReply(bytes: Buffer): { reply: Reply; length: number } | undefined {
  if (bytes.length > longestReply) throw new Error("the answer is larger than any that was asked for");
  return readAt(bytes, 0, nesting);
}

function readAt(bytes: Buffer, start: number, depth: number): { reply: Reply; length: number } | undefined {
  if (start >= bytes.length) return undefined;
  const kind = String.fromCharCode(bytes[start] ?? 0);
  if (!"+-:$*".includes(kind) || depth === 0)
    throw new Error("what answers there does not speak Redis's protocol");
  const end = bytes.indexOf("\r\n", start);
  if (end === -1) return undefined;
  const line = bytes.toString("utf8", start + 1, end);
  const next = end + 2;
  if (kind === "+") return { reply: line, length: next };
  if (kind === "-") return { reply: new RedisError(line), length: next };
  const number = Number(line);
  if (!Number.isInteger(number)) throw new Error("what answers there does not speak Redis's protocol");
  if (kind === ":") return { reply: number, length: next };
  if (number < 0) return { reply: null, length: next };
  return kind === "$" ? bulk(bytes, next, number) : list(bytes, next, number, depth - 1);
}

function bulk(bytes: Buffer, start: number, size: number): { reply: Reply; length: number } | undefined {
  const length = start + size + 2;
  if (bytes.length < length) return undefined;
  return { reply: bytes.toString("utf8", start, start + size), length };
}

function list(
  bytes: Buffer,
  start: number,
  count: number,
  depth: number,
): { reply: Reply; length: number } | undefined {
  const replies: Reply[] = [];
  let at = start;
  for (let index = 0; index < count; index += 1) {
    const item = readAt(bytes, at, depth);
    if (item === undefined) return undefined;
    replies.push(item.reply);
    at = item.length;
  }
  return { reply: replies, length: at };
}
