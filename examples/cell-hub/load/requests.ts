import { Connection } from "./connection.ts";
import type { Plan } from "./options.ts";
import type { Tally } from "./tally.ts";

const answerLimitMs = 30_000;

/** One user: one request after the other on one connection, until the signal. A request that was begun is finished. */
export async function keepAsking(
  plan: Plan,
  tally: Tally,
  number: number,
  signal: AbortSignal,
): Promise<void> {
  const pause = 1000 / plan.ratePerConnection;
  // Users who start together would otherwise ask together for ever.
  let due = performance.now() + pause * Math.random();
  let connection: Connection | undefined;
  for (let turn = number; !signal.aborted; turn += 1) {
    due = await waitUntil(due, pause, signal);
    if (signal.aborted) break;
    connection = await askOnce(plan, tally, plan.paths[turn % plan.paths.length] ?? "/", connection);
  }
  connection?.close();
}

async function askOnce(
  { door }: Plan,
  tally: Tally,
  path: string,
  current: Connection | undefined,
): Promise<Connection | undefined> {
  tally.send();
  const begun = performance.now();
  let connection = current;
  try {
    connection = connection?.usable ? connection : await Connection.open(door);
    const limit = setTimeout(() => connection?.close(), answerLimitMs);
    const answer = await connection
      .send(`GET ${path} HTTP/1.1\r\nHost: ${door.host}:${door.port}\r\n\r\n`)
      .finally(() => clearTimeout(limit));
    tally.answer(answer, performance.now() - begun);
    return connection;
  } catch (error) {
    tally.drop(`GET ${path}: ${error instanceof Error ? error.message : String(error)}`);
    // A door that refuses at once would otherwise be knocked at in a tight loop.
    await Bun.sleep(10);
    return undefined;
  }
}

async function waitUntil(due: number, pause: number, signal: AbortSignal): Promise<number> {
  const left = due - performance.now();
  if (left > 1) await rest(left, signal);
  return Math.max(due + pause, performance.now());
}

/** Waits so long, or until the signal comes. A listener that stayed at the signal would make the next wait longer. */
export async function rest(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = () => resolve();
  const timer = setTimeout(end, ms);
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  await promise;
  clearTimeout(timer);
  signal.removeEventListener("abort", end);
}

/** Resolves when the signal comes. */
export function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  signal.addEventListener("abort", () => resolve(), { once: true });
  return promise;
}
