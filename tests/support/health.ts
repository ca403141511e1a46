import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Stack } from "./stack.ts";
import { configurationOf, type StackConfiguration } from "./variant.ts";

export const services = ["frontend", "backend", "ml"] as const;
export type Service = (typeof services)[number];

/** A service is looked at often, and given up soon. */
export const soon = { interval: "500ms", start_period: "1s", retries: 2 };

const unlooked = { healthcheck: { disable: true } };

/**
 * A Compose file to lay over the example's: Docker looks at the health of these services alone, in this way, and a
 * deployment asks the others itself. A look takes some 80 ms of a processor, and all of two environments are six.
 */
export function lookedAt(stack: Stack, checks: Readonly<Partial<Record<Service, object>>>): string {
  const overrides = services.map((name) => {
    const healthcheck = checks[name];
    return [name, healthcheck === undefined ? unlooked : { healthcheck }];
  });
  return composeOverride(stack, Object.fromEntries(overrides));
}

/** The stack's platform, with shared services at whose health Docker does not look. */
export function withoutSharedHealth(stack: Stack): StackConfiguration["platform"] {
  const { platform } = configurationOf(stack);
  const override = composeOverride(stack, { postgres: unlooked, redis: unlooked, edge: unlooked });
  return { ...platform, shared: { ...platform.shared, files: [...platform.shared.files, override] } };
}

/** A Compose file to lay over the example's. */
export function composeOverride(stack: Stack, services: Readonly<Record<string, object>>): string {
  const file = join(stack.directory, `override-${crypto.randomUUID()}.json`);
  writeFileSync(file, JSON.stringify({ services }));
  return file;
}
