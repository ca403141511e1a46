const giveUpMs = 15_000;
const betweenAsksMs = 50;

/** Waits until an address answers 2xx. */
export async function untilServing(url: string, signal: AbortSignal): Promise<void> {
  const giveUpAt = performance.now() + giveUpMs;
  for (;;) {
    signal.throwIfAborted();
    const answer = await fetch(url, { keepalive: false, signal }).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok) return;
    if (performance.now() > giveUpAt)
      throw new Error(`${url} does not serve: ${answer?.status ?? "no answer"}`);
    await Bun.sleep(betweenAsksMs);
  }
}
