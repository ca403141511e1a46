import { debianImage } from "./base-image.ts";
import { bunOnDebian } from "./bun-image.ts";
import { compose } from "./compose.ts";
import { daemon } from "./daemon.ts";
import { engine } from "./engine.ts";
import { age, postgresClient, wrk, zstd } from "./programs.ts";
import type { Purpose, Requirement } from "./requirement.ts";
import { scheduler } from "./scheduler-image.ts";

const toDeploy: readonly Requirement[] = [engine, daemon, compose, zstd];
const toSeeTheDemo: readonly Requirement[] = [...toDeploy, debianImage, bunOnDebian];
const toRunTheTests: readonly Requirement[] = [...toSeeTheDemo, scheduler, wrk, age, postgresClient];

/** What the machine must have for a purpose, each after the ones that it needs. */
export function requirementsFor(purpose: Purpose): readonly Requirement[] {
  const all = { deploy: toDeploy, demo: toSeeTheDemo, test: toRunTheTests };
  return all[purpose];
}
