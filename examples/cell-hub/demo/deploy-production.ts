import { resolve } from "node:path";
import { Failure } from "../../../sdk/core/errors/index.ts";

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

const checkout = resolve(import.meta.dir, "../../..");
const script = resolve(checkout, "scripts/deploy-production.ts");

/**
 * Runs the real script on the example, as its user would, and shows what it says.
 *
 * @throws Failure that repeats the script's own when it fails
 */
export async function deployProduction<Result>(
  flags: readonly string[],
  signal: AbortSignal,
): Promise<Result> {
  const child = Bun.spawn([script, ...flags, "--json"], {
    cwd: checkout,
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
