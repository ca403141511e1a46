import { cpSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Stack } from "./stack.ts";
import { configurationOf } from "./variant.ts";

/** Lets the stack build its services from a copy of the example, which a test may change. Gives the copy's folder. */
export function ownSource(stack: Stack): string {
  const home = dirname(stack.prepared.composeFiles.environment);
  const folder = join(stack.directory, "source");
  for (const part of [
    "backend",
    "frontend",
    "ml",
    "runtime",
    "vendor",
    "docker-compose.yml",
    ".dockerignore",
  ])
    cpSync(join(home, part), join(folder, part), { recursive: true });
  const { platform } = configurationOf(stack);
  const { blue, green } = platform.environments;
  const files = [join(folder, "docker-compose.yml")];
  stack.writeConfiguration({
    platform: { ...platform, environments: { blue: { ...blue, files }, green: { ...green, files } } },
  });
  return folder;
}

/** Adds a migration to a copy of the example's source. */
export function addMigration(source: string, name: string, text: string): void {
  writeFileSync(join(source, "backend/migrations", `${name}.sql`), text);
}

export const breaks = "-- switchover: breaks-previous-release\n";
