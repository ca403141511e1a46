/** One client that writes through the front door, again and again, and never tries a write twice. */
export interface Writer extends AsyncDisposable {
  /** Resolves once so many more writes were confirmed. */
  untilMore(count: number): Promise<void>;
  stop(): Promise<Written>;
}

export interface Written {
  /** The titles that the server confirmed, each its own. */
  confirmed: readonly string[];
  refused: number;
  /** The longest time between two confirmations, in milliseconds. */
  longestGapMs: number;
}

const patienceMs = 60_000;
const betweenMs = 10;

export function startWriter(frontDoor: string): Writer {
  const confirmed: string[] = [];
  let refused = 0;
  let longestGapMs = 0;
  let last = performance.now();
  let going = true;
  const written = (async () => {
    for (let count = 0; going; count += 1) {
      const title = `written ${count}`;
      if (await isWritten(frontDoor, title)) {
        const now = performance.now();
        if (confirmed.length > 0) longestGapMs = Math.max(longestGapMs, now - last);
        last = now;
        confirmed.push(title);
      } else refused += 1;
      await Bun.sleep(betweenMs);
    }
  })();
  const stop = async () => {
    going = false;
    await written;
    return { confirmed, refused, longestGapMs };
  };
  return {
    async untilMore(count) {
      const wanted = confirmed.length + count;
      const giveUpAt = Date.now() + patienceMs;
      while (confirmed.length < wanted) {
        if (Date.now() > giveUpAt)
          throw new Error(`only ${confirmed.length} of ${wanted} writes were confirmed`);
        await Bun.sleep(betweenMs);
      }
    },
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
    },
  };
}

async function isWritten(frontDoor: string, title: string): Promise<boolean> {
  try {
    const body = JSON.stringify({ title, cells: 1 });
    const headers = { "content-type": "application/json" };
    const url = new URL("/api/segmentations", frontDoor);
    const answer = await fetch(url, { method: "POST", body, headers, signal: AbortSignal.timeout(10_000) });
    await answer.body?.cancel();
    return answer.status === 201;
  } catch {
    return false;
  }
}
