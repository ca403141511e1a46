/** Measures one thing once. */
export type Contestant<Sample> = (round: number) => Promise<Sample>;

/**
 * Measures the contestants in turn, round after round: A B, B A, A B … Whatever else the machine does meets all of
 * them, and none is always the one that finds the caches warm.
 */
export async function inTurns<Name extends string, Sample>(
  rounds: number,
  contestants: Readonly<Record<Name, Contestant<Sample>>>,
  signal: AbortSignal,
): Promise<Record<Name, Sample[]>> {
  const names = Object.keys(contestants) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, [] as Sample[]])) as Record<Name, Sample[]>;
  for (let round = 0; round < rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      // One turn of the event loop, in which a Ctrl-C is heard even between measurements that never wait.
      await Bun.sleep(0);
      signal.throwIfAborted();
      samples[name].push(await contestants[name](round));
    }
  }
  return samples;
}
