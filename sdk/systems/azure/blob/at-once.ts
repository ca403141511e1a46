/**
 * Works on what a source yields, on `limit` things at a time, and asks for the next one when there is room. When one
 * fails the rest is told to stop, and has stopped when this throws.
 *
 * @throws the first failure
 */
export async function forEachAtOnce<T>(
  source: AsyncIterable<T>,
  limit: number,
  signal: AbortSignal,
  work: (thing: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const atWork = new Set<Promise<void>>();
  let failure: { thrown: unknown } | undefined;
  const begin = (thing: T) => {
    const one = work(thing, both)
      .catch((thrown: unknown) => {
        failure ??= { thrown };
        stop.abort();
      })
      .finally(() => atWork.delete(one));
    atWork.add(one);
  };
  try {
    for await (const thing of source) {
      begin(thing);
      if (atWork.size >= limit) await Promise.race(atWork);
      if (failure !== undefined) break;
    }
  } catch (thrown) {
    failure ??= { thrown };
    stop.abort();
  }
  await Promise.all(atWork);
  if (failure !== undefined) throw failure.thrown;
}
