/** Writes one event as a line of JSON to stderr, where `docker logs` finds it. */
export function log(event: string, details: Record<string, unknown> = {}): void {
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), event, ...details })}\n`);
}

/** The message of anything that can be thrown. */
export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
