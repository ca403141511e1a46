import { join, resolve } from "node:path";
import { Failure } from "../../../sdk/core/errors/index.ts";
import { home } from "../prepare/options.ts";

interface StepTime {
  step: string;
  outcome: string;
  seconds: number;
}

export interface Deployed {
  course: { release: string; from: string; to: string };
  steps: readonly StepTime[];
  seconds: number;
  switchMs?: number;
}

export type RolledBack = Deployed & { warm: boolean };

interface Document<Result> {
  exitCode: number;
  result?: Result;
  error?: { code: string; message: string; remedy: string };
}

const script = resolve(import.meta.dir, "../../../scripts/deploy-production.ts");

/** What the demo deploys, whatever the project's own configuration leads to by now. */
export const exampleConfiguration = join(home, "deployment.config.ts");

/** How its user asks what serves. */
export const askStatus = "./scripts/status.ts --config examples/cell-hub/deployment.config.ts";

/**
 * Runs the real script on the example, as its user would, and shows what it says.
 *
 * @throws Failure that repeats the script's own when it fails
 */
export async function deployProduction<Result>(
  flags: readonly string[],
  signal: AbortSignal,
): Promise<Result> {
  const child = Bun.spawn([script, "--config", exampleConfiguration, ...flags, "--json"], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
    signal,
  });
  const [text] = await Promise.all([new Response(child.stdout).text(), child.exited]);
  const document: Document<Result> = JSON.parse(text);
  if (document.result !== undefined && document.exitCode === 0) return document.result;
  throw new Failure("COMMAND_FAILED", {
    message: `deploy-production ${flags.join(" ")} exited ${document.exitCode}: ${document.error?.message}`,
    remedy: document.error?.remedy ?? "read its log file",
  });
}
