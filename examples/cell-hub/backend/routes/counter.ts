import type { Cache } from "../cache.ts";

const key = "cell-hub:counter";

/** Counts one more visit. */
export async function increaseCounter(cache: Cache): Promise<Response> {
  return Response.json({ counter: await cache.increment(key) });
}

/** The visits so far. */
export async function readCounter(cache: Cache): Promise<Response> {
  return Response.json({ counter: Number((await cache.get(key)) ?? 0) });
}

/** Sets the counter. */
export async function setCounter(cache: Cache, request: Request): Promise<Response> {
  const text = await request.text();
  if (!/^\d{1,15}$/.test(text)) return Response.json({ error: "send a whole number" }, { status: 400 });
  await cache.set(key, text);
  return Response.json({ counter: Number(text) });
}
