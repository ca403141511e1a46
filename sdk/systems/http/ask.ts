import { type Trust, verification } from "./verification.ts";

export interface Question extends Trust {
  timeoutMs: number;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
}

export type Answer =
  | { ok: true; status: number; headers: Headers; body: string; latencyMs: number }
  | { ok: false; reason: string; latencyMs: number };

/** A body is read up to this many bytes; what we ask for is small. */
const bodyLimit = 64 * 1024;

/**
 * Asks one address once with GET. Whatever comes of it is an answer, never an exception: a status of any kind,
 * or the reason why there is none. Redirects are not followed, and the body is cut at 64 KiB. The address itself is
 * asked, whatever HTTP_PROXY says: an answer of somebody in between would prove nothing of it.
 */
export async function ask(url: string, question: Question): Promise<Answer> {
  const started = performance.now();
  const limit = AbortSignal.timeout(question.timeoutMs);
  const signal = question.signal === undefined ? limit : AbortSignal.any([limit, question.signal]);
  try {
    const response = await fetch(url, {
      headers: question.headers ?? {},
      redirect: "manual",
      proxy: false,
      signal,
      // A fresh connection: one that was kept could still lead to where the address pointed before.
      keepalive: false,
      tls: verification(question),
    });
    const body = await readLimited(response, bodyLimit);
    return {
      ok: true,
      status: response.status,
      headers: response.headers,
      body,
      latencyMs: performance.now() - started,
    };
  } catch (thrown) {
    const reason = limit.aborted ? `no answer within ${question.timeoutMs} ms` : reasonOf(thrown);
    return { ok: false, reason, latencyMs: performance.now() - started };
  }
}

async function readLimited(response: Response, limit: number): Promise<string> {
  if (response.body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let read = 0;
  for await (const chunk of response.body) {
    read += chunk.byteLength;
    text += decoder.decode(chunk, { stream: true });
    if (read >= limit) break;
  }
  return text.slice(0, limit);
}

/** What Bun appends for whoever wrote the program. */
const fetchHint = / For more information, pass `verbose: true`.*$/;

/** One line for a person; the code stands at its end alone, where Bun begins with it, too. */
function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const code = "code" in thrown && typeof thrown.code === "string" ? thrown.code : "";
  if (code === "ECONNREFUSED") return `nobody listens there (${code})`;
  const said = thrown.message.replace(fetchHint, "");
  return code === "" ? said : `${said.replace(`${code}: `, "")} (${code})`;
}
