import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { succeed } from "../../sdk/core/process/index.ts";
import { checkout, openStack } from "../../tests/support/stack.ts";
import { bun } from "../support/bun.ts";

export interface Loaded {
  modules: number;
  azure: number;
}

export interface AzureLoaded {
  help: Loaded;
  dryRun: Loaded;
  control: Loaded;
}

const deadlineMs = 60_000;
const script = join(checkout, "scripts/deploy-production.ts");

/**
 * Which modules a deployment to a Docker host has loaded when it ends, beside a program that imports one of Azure's
 * packages as the SDK would: lazily. Without that control, a list that misses everything would look just as good.
 */
export async function azureLoaded(signal: AbortSignal): Promise<AzureLoaded> {
  await using stack = await openStack();
  signal.throwIfAborted();
  const help = await modulesOf([script, "--help"], signal);
  const dryRun = await modulesOf([script, "--config", stack.configFile, "--dry-run"], signal);
  const control = await modulesOf([join(import.meta.dir, "import-azure.ts")], signal);
  return { help, dryRun, control };
}

async function modulesOf(args: readonly string[], signal: AbortSignal): Promise<Loaded> {
  const list = join(tmpdir(), `modules-${crypto.randomUUID()}.json`);
  const preload = ["--preload", join(import.meta.dir, "list-modules.ts")];
  try {
    await succeed([...bun, ...preload, ...args], { deadlineMs, signal, env: { LIST_MODULES_IN: list } });
    const modules = z.array(z.string()).parse(JSON.parse(readFileSync(list, "utf8")));
    return { modules: modules.length, azure: modules.filter((name) => name.includes("/@azure/")).length };
  } finally {
    rmSync(list, { force: true });
  }
}
