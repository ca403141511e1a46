const betweenAsksMs = 2;
const giveUpMs = 30_000;

/** What one answer of the front door says about who gave it. */
export interface Answered {
  environment: string | null;
  release: string | null;
}

/** Asks over a connection of its own: one that is kept open could still lead to a worker of the old configuration. */
async function askWho(frontDoor: string, signal: AbortSignal): Promise<Answered> {
  const answer = await fetch(`${frontDoor}/api/version`, { keepalive: false, signal });
  await answer.arrayBuffer();
  return { environment: answer.headers.get("x-environment"), release: answer.headers.get("x-release") };
}

/**
 * Asks until the answer is the one waited for; gives the time of that answer, in the clock of `performance.now()`.
 *
 * @throws Error when it does not come.
 */
export async function firstAnswer(
  frontDoor: string,
  awaited: Partial<Answered>,
  signal: AbortSignal,
): Promise<number> {
  const giveUpAt = performance.now() + giveUpMs;
  for (;;) {
    const answered = await askWho(frontDoor, signal);
    const now = performance.now();
    if (matches(answered, awaited)) return now;
    if (now > giveUpAt) throw new Error(`${frontDoor} answers as ${JSON.stringify(answered)}`);
    await Bun.sleep(betweenAsksMs);
  }
}

function matches(answered: Answered, { environment, release }: Partial<Answered>): boolean {
  return (
    (environment === undefined || answered.environment === environment) &&
    (release === undefined || answered.release === release)
  );
}
