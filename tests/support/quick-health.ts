import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Stack } from "./stack.ts";

/**
 * A Compose file to lay over the example's: services are looked at often, and given up soon. Those that are named keep
 * the example's patience.
 */
export function quickHealth(stack: Stack, patient: readonly string[] = []): string {
  const healthcheck = { interval: "500ms", start_period: "1s", retries: 2 };
  const services = ["frontend", "backend", "ml"].filter((name) => !patient.includes(name));
  return composeOverride(stack, Object.fromEntries(services.map((name) => [name, { healthcheck }])));
}

/** A Compose file to lay over the example's. */
export function composeOverride(stack: Stack, services: Readonly<Record<string, object>>): string {
  const file = join(stack.directory, `override-${crypto.randomUUID()}.json`);
  writeFileSync(file, JSON.stringify({ services }));
  return file;
}
