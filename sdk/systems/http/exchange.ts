import type { Dispatcher } from "#undici";
import { readWhole } from "./body.ts";
import { decompressed } from "./decompress.ts";
import { Excess, type Fault, faultOf } from "./fault.ts";
import { type Hop, nextHop } from "./hop.ts";
import { type Trust, verification } from "./verification.ts";

export interface Exchange extends Hop, Trust {
  /** Milliseconds for all of it: name, connection, redirects, and the body to its end. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  /** The bytes that a body may have. More is not read, and is a fault; 1 MiB unless told. */
  bodyLimit?: number | undefined;
  /** How many redirects are followed; none unless told, and what answers is the redirect itself. */
  redirects?: number | undefined;
}

interface Answer {
  /** The address that answered: another one after a redirect. */
  url: string;
  status: number;
  /** By their names in lower case; one that came several times is joined by commas. */
  headers: ReadonlyMap<string, string>;
  body: Uint8Array;
}

export type Exchanged =
  | (Answer & { ok: true; latencyMs: number })
  | (Fault & {
      ok: false;
      latencyMs: number;
      /** The status, where the answer had one and was not whole. */
      status?: number | undefined;
    });

const usualBodyLimit = 2 ** 20;
const headerLimit = 64 * 1024;

/**
 * One request and its whole answer, over a connection of its own. Whatever comes of it is told, never thrown: an answer
 * with any status, or why there is none. However hostile the server, it ends in its time, and no more than the body's
 * limit is kept.
 */
export async function exchange(wanted: Exchange): Promise<Exchanged> {
  const started = performance.now();
  const seen: Seen = {};
  using limit = limited(wanted);
  try {
    // undici does not look at the signal while it connects.
    const answer = await Promise.race([follow(wanted, limit.signal, seen), limit.over]);
    return { ok: true, ...answer, latencyMs: performance.now() - started };
  } catch (thrown) {
    return { ok: false, ...faultOf(thrown, wanted), ...seen, latencyMs: performance.now() - started };
  }
}

/** What is known of an answer before it is whole. */
interface Seen {
  status?: number;
}

/** The end of the whole exchange. undici's own limits count parts of it, and coarsely. */
function limited({ timeoutMs, signal: outer }: Exchange) {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new DOMException("late", "TimeoutError")), timeoutMs);
  const signal = outer === undefined ? late.signal : AbortSignal.any([late.signal, outer]);
  const { promise: over, reject } = Promise.withResolvers<never>();
  // Nobody may be waiting for it any more.
  void over.catch(() => undefined);
  const end = () => reject(signal.reason);
  if (signal.aborted) end();
  signal.addEventListener("abort", end, { once: true });
  return {
    signal,
    over,
    [Symbol.dispose]() {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
    },
  };
}

async function follow(wanted: Exchange, signal: AbortSignal, seen: Seen): Promise<Answer> {
  const { redirects = 0 } = wanted;
  let at: Exchange = wanted;
  for (let left = redirects; ; left -= 1) {
    const answer = await once(at, signal, seen);
    const hop = redirects === 0 ? undefined : nextHop(at, answer.status, answer.headers.get("location"));
    if (hop === undefined) return answer;
    if (left === 0) throw new Excess("redirects", `it was redirected ${redirects} times, and still is`);
    at = { ...wanted, ...hop };
  }
}

async function once(wanted: Exchange, signal: AbortSignal, seen: Seen): Promise<Answer> {
  const { url, method = "GET", headers = {}, body = null, bodyLimit = usualBodyLimit } = wanted;
  // Loaded here: it takes 70 ms, which a rollback that asks nothing of this does not have.
  const { Agent, request } = await import("#undici");
  const agent = new Agent({
    connections: 1,
    maxHeaderSize: headerLimit,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: wanted.timeoutMs, ...verification(wanted) },
  });
  const end = () => void agent.destroy().catch(() => undefined);
  signal.addEventListener("abort", end, { once: true });
  try {
    // Without the header, any compression would be welcome (RFC 9110, 12.5.3); a name given by the caller wins.
    const asked = { "accept-encoding": "identity", ...loginIn(url), ...lowerCased(headers) };
    const answer = await request(url, { dispatcher: agent, signal, method, headers: asked, body });
    seen.status = answer.statusCode;
    const heard = joined(answer.headers);
    const sent = await readWhole(answer.body, bodyLimit);
    const whole = await decompressed(sent, heard.get("content-encoding"), bodyLimit);
    return { url, status: answer.statusCode, headers: heard, body: whole };
  } finally {
    signal.removeEventListener("abort", end);
    end();
  }
}

/** The name and password that stand in an address, which undici takes no notice of (RFC 7617). */
function loginIn(url: string): Record<string, string> {
  const { username, password } = new URL(url);
  if (username === "" && password === "") return {};
  const login = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`);
  return { authorization: `Basic ${login.toString("base64")}` };
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function joined(headers: Dispatcher.ResponseData["headers"]): ReadonlyMap<string, string> {
  const map = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name.toLowerCase(), Array.isArray(value) ? value.join(", ") : value);
  }
  return map;
}
