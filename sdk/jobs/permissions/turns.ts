const mostMs = 40;

/**
 * Lets the rest of the program have its turn, often enough that a Ctrl-C is heard at once.
 *
 * @param progress told at each turn
 * @returns what is called between two pieces of work; it throws the signal's reason once that has fired
 */
export function turns(signal: AbortSignal, progress: () => void): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < mostMs) return;
    progress();
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
    last = performance.now();
  };
}
