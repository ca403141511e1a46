import { preDeploymentChecks } from "../../checks/index.ts";
import { type Configuration, loadConfiguration } from "../../sdk/core/config/index.ts";
import { type Finding, runChecks } from "../../sdk/core/finding/index.ts";

/** One run of the whole set. */
export interface TimedRun {
  totalMs: number;
  /** Milliseconds of each check, by its id. */
  checks: Readonly<Record<string, number>>;
}

export interface TimedChecks {
  sideBySide(): Promise<TimedRun>;
  oneAfterAnother(): Promise<TimedRun>;
}

/** The set that a deployment to the idle environment makes first, in both ways. */
export async function timedChecks(configFile: string, idle: "blue" | "green"): Promise<TimedChecks> {
  const configuration = await loadConfiguration(configFile);
  return {
    sideBySide: () => timed(configuration, idle, (checks) => runChecks(checks)),
    oneAfterAnother: () =>
      timed(configuration, idle, async (checks) => {
        const findings: Finding[] = [];
        for (const check of checks) findings.push(...(await runChecks([check])));
        return findings;
      }),
  };
}

async function timed(
  configuration: Configuration,
  idle: "blue" | "green",
  make: (checks: Awaited<ReturnType<typeof preDeploymentChecks>>) => Promise<Finding[]>,
): Promise<TimedRun> {
  const checks = await preDeploymentChecks(configuration, idle);
  const started = performance.now();
  const findings = await make(checks);
  const totalMs = performance.now() - started;
  const failed = findings.filter(({ status }) => status === "fail");
  // What fails may have ended early, and would make the set look quick.
  if (failed.length > 0)
    throw new Error(failed.map(({ id, summary }) => `${id} fails: ${summary}`).join("\n"));
  return { totalMs, checks: Object.fromEntries(findings.map(({ id, durationMs }) => [id, durationMs])) };
}
