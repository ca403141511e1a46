const mostMs = 40;

/**
 * Lets the rest of the program have its turn, often enough that a Ctrl-C is heard at once.
 *
 * @param progress told at each turn
 * @returns what is called between two pieces of work; undefined when there is nothing to wait for yet. It rejects with the
 *   signal's reason once that has fired
 */
export function turns(signal: AbortSignal, progress: () => void): () => Promise<void> | undefined {
  let last = performance.now();
  const pause = async () => {
    progress();
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
    last = performance.now();
  };
  return () => (performance.now() - last < mostMs ? undefined : pause());
}
