import type { Answer } from "./answer.ts";

const slowestMs = 10_000;
const keptFailures = 20;

/** Counts answers and failures as they happen. */
export class Tally {
  private readonly started = performance.now();
  private readonly statuses = new Counts();
  private readonly releases = new Counts();
  private readonly environments = new Counts();
  private readonly latencies = new Uint32Array(slowestMs + 1);
  private readonly failures = new Map<string, { readonly first: string; count: number }>();
  private lastAnswer = this.started;
  private ended: number | undefined;
  private longestGap = 0;
  private slowest = 0;
  private sent = 0;
  private answered = 0;
  private non2xx = 0;
  private socketErrors = 0;

  send(): void {
    this.sent += 1;
  }

  answer(answer: Answer, tookMs: number): void {
    this.endGap();
    this.answered += 1;
    this.statuses.add(String(answer.status));
    this.releases.add(answer.headers.get("x-release") ?? "none");
    this.environments.add(answer.headers.get("x-environment") ?? "none");
    this.slowest = Math.max(this.slowest, tookMs);
    const bucket = Math.min(Math.round(tookMs), slowestMs);
    this.latencies[bucket] = (this.latencies[bucket] ?? 0) + 1;
    if (answer.status >= 200 && answer.status < 300) return;
    this.non2xx += 1;
    this.fail(`answered ${answer.status}: ${answer.body.toString("utf8", 0, 120).trim()}`);
  }

  drop(message: string): void {
    this.socketErrors += 1;
    this.fail(message);
  }

  /** Keeps what failed, in words: each different message once, with the time of its first. */
  fail(message: string): void {
    const known = this.failures.get(message);
    if (known) known.count += 1;
    else if (this.failures.size < keptFailures) this.failures.set(message, { first: this.clock(), count: 1 });
  }

  end(): void {
    if (this.sent > 0) this.endGap();
    this.ended = performance.now();
  }

  report() {
    const { sent, answered, non2xx, socketErrors } = this;
    return {
      durationMs: Math.round((this.ended ?? performance.now()) - this.started),
      sent,
      answered,
      non2xx,
      socketErrors,
      statuses: this.statuses.report(),
      releases: this.releases.report(),
      environments: this.environments.report(),
      longestGapMs: Math.round(Math.max(this.longestGap, this.currentGap())),
      latencyMs: { p50: this.percentile(0.5), p99: this.percentile(0.99), max: Math.round(this.slowest) },
      failures: [...this.failures].map(
        ([message, { first, count }]) => `${first} ${message}, ${count} times`,
      ),
    };
  }

  private clock(): string {
    return `${((performance.now() - this.started) / 1000).toFixed(3)} s`;
  }

  private currentGap(): number {
    return this.ended === undefined && this.sent > 0 ? performance.now() - this.lastAnswer : 0;
  }

  private endGap(): void {
    const now = performance.now();
    this.longestGap = Math.max(this.longestGap, now - this.lastAnswer);
    this.lastAnswer = now;
  }

  private percentile(share: number): number {
    let left = this.answered * share;
    const found = this.latencies.findIndex((count) => {
      left -= count;
      return left <= 0;
    });
    return Math.max(0, found);
  }
}

/** Numbers by name. */
export class Counts {
  private readonly counts = new Map<string, number>();

  add(name: string, amount = 1): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + amount);
  }

  report(): Record<string, number> {
    return Object.fromEntries([...this.counts].filter(([, count]) => count !== 0));
  }
}
