/** Repeats what may fail until it does not; when the time is over, the last failure stands. */
export async function untilPasses(attempt: () => Promise<void> | void, withinMs = 10_000): Promise<void> {
  const giveUpAt = Date.now() + withinMs;
  for (;;) {
    try {
      return await attempt();
    } catch (thrown) {
      if (Date.now() > giveUpAt) throw thrown;
      await Bun.sleep(50);
    }
  }
}
