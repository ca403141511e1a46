import { preDeploymentChecks } from "../../checks/index.ts";
import { type Configuration, loadConfiguration } from "../../sdk/core/config/index.ts";
import { type Finding, runChecks } from "../../sdk/core/finding/index.ts";

/** One run of a set. */
export interface TimedRun {
  totalMs: number;
  /** Milliseconds of each check, by its id. */
  checks: Readonly<Record<string, number>>;
}

/** A set made in both ways. */
export interface TimedChecks {
  sideBySide: () => Promise<TimedRun>;
  oneAfterAnother: () => Promise<TimedRun>;
}

/**
 * The set that a deployment to the idle environment makes first.
 *
 * @param leaveOut the id of a check that is not made
 */
export async function timedChecks(
  configFile: string,
  idle: "blue" | "green",
  leaveOut?: string,
): Promise<TimedChecks> {
  const configuration = await loadConfiguration(configFile);
  const time = (make: (checks: Checks) => Promise<Finding[]>) => timed(configuration, idle, leaveOut, make);
  return {
    sideBySide: () => time((checks) => runChecks(checks)),
    oneAfterAnother: () =>
      time(async (checks) => {
        const findings: Finding[] = [];
        for (const check of checks) findings.push(...(await runChecks([check])));
        return findings;
      }),
  };
}

type Checks = Awaited<ReturnType<typeof preDeploymentChecks>>;

async function timed(
  configuration: Configuration,
  idle: "blue" | "green",
  leaveOut: string | undefined,
  make: (checks: Checks) => Promise<Finding[]>,
): Promise<TimedRun> {
  const checks = (await preDeploymentChecks(configuration, idle)).filter(({ id }) => id !== leaveOut);
  const started = performance.now();
  const findings = await make(checks);
  const totalMs = performance.now() - started;
  const failed = findings.filter(({ status }) => status === "fail");
  // What fails may have ended early, and would make the set look quick.
  if (failed.length > 0)
    throw new Error(failed.map(({ id, summary }) => `${id} fails: ${summary}`).join("\n"));
  return { totalMs, checks: Object.fromEntries(findings.map(({ id, durationMs }) => [id, durationMs])) };
}
