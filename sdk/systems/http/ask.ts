export interface Question {
  timeoutMs: number;
  /** GET unless told. */
  method?: string | undefined;
  headers?: Record<string, string>;
  /** What is sent along. */
  body?: string | Uint8Array<ArrayBuffer> | undefined;
  /** How many bytes of the answer are read; 64 KiB unless told. */
  bodyLimit?: number | undefined;
  signal?: AbortSignal | undefined;
}

export type Answer =
  | { ok: true; status: number; headers: Headers; body: string; bytes: Uint8Array; latencyMs: number }
  | { ok: false; reason: string; latencyMs: number };

/** A body is read up to this many bytes; what we ask for is small. */
const usualBodyLimit = 64 * 1024;

/**
 * Asks one address once. Whatever comes of it is an answer, never an exception: a status of any kind, or the reason why
 * there is none. Redirects are not followed, and the body is cut at its limit.
 */
export async function ask(url: string, question: Question): Promise<Answer> {
  const started = performance.now();
  const limit = AbortSignal.timeout(question.timeoutMs);
  const signal = question.signal === undefined ? limit : AbortSignal.any([limit, question.signal]);
  try {
    const response = await fetch(url, {
      method: question.method ?? "GET",
      headers: question.headers ?? {},
      ...(question.body === undefined ? {} : { body: question.body }),
      redirect: "manual",
      signal,
      // A fresh connection: one that was kept could still lead to where the address pointed before.
      keepalive: false,
    });
    const bytes = await readLimited(response, question.bodyLimit ?? usualBodyLimit);
    return {
      ok: true,
      status: response.status,
      headers: response.headers,
      body: new TextDecoder().decode(bytes),
      bytes,
      latencyMs: performance.now() - started,
    };
  } catch (thrown) {
    const reason = limit.aborted ? `no answer within ${question.timeoutMs} ms` : reasonOf(thrown);
    return { ok: false, reason, latencyMs: performance.now() - started };
  }
}

async function readLimited(response: Response, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let read = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    read += chunk.byteLength;
    if (read >= limit) break;
  }
  return Buffer.concat(chunks).subarray(0, limit);
}

/** What Bun appends for whoever wrote the program. */
const fetchHint = / For more information, pass `verbose: true`.*$/;

function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const code = "code" in thrown && typeof thrown.code === "string" ? ` (${thrown.code})` : "";
  return `${thrown.message.replace(fetchHint, "")}${code}`;
}
