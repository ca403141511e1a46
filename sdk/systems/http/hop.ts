import type { Dispatcher } from "#undici";

/** One request of an exchange. */
export interface Hop {
  url: string;
  /** GET unless told. */
  method?: Dispatcher.HttpMethod | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
  body?: string | Uint8Array | undefined;
}

const secretHeaders = new Set(["authorization", "cookie", "proxy-authorization"]);

/**
 * Where a redirect leads; undefined for an answer that is none. A request with a body is not sent a second time, and
 * what logs in at one origin is not shown to another.
 */
export function nextHop(
  { url, method = "GET", headers = {} }: Hop,
  status: number,
  location: string | undefined,
): Hop | undefined {
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return undefined;
  if ((method !== "GET" && method !== "HEAD") || !URL.canParse(location, url)) return undefined;
  const next = new URL(location, url);
  if (next.protocol !== "http:" && next.protocol !== "https:") return undefined;
  const kept = Object.entries(headers).filter(
    ([name]) => next.origin === new URL(url).origin || !secretHeaders.has(name.toLowerCase()),
  );
  return { url: next.href, method, headers: Object.fromEntries(kept), body: undefined };
}
