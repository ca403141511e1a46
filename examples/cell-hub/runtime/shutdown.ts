import { numeric } from "./env.ts";
import { log } from "./log.ts";

/**
 * Runs `finish` on SIGTERM or SIGINT and leaves with 0, at the latest after SHUTDOWN_SECONDS.
 * Install it before anything slow: a service that is still starting must be stoppable as well.
 */
export function onShutdown(finish: () => Promise<void>): void {
  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) return;
    stopping = true;
    void leave(signal, finish);
  };
  process.on("SIGTERM", () => stop("SIGTERM"));
  process.on("SIGINT", () => stop("SIGINT"));
}

async function leave(signal: string, finish: () => Promise<void>): Promise<void> {
  const limit = numeric("SHUTDOWN_SECONDS", 8) * 1000;
  log("stopping", { signal });
  const finished = finish().then(() => true);
  const clean = await Promise.race([finished, Bun.sleep(limit).then(() => false)]);
  log("stopped", { clean });
  process.exit(0);
}
