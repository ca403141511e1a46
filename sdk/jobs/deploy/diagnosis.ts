import { existsSync, readdirSync, readFileSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { Failure, messageOf } from "../../core/errors/index.ts";
import { aboutTheTarget } from "./course.ts";
import type { Deployment } from "./deployment.ts";
import type { Step } from "./step.ts";

const linesShown = 8;

/** Keeps what explains a failure before anything is put back, and shows the failed service's last lines with it. */
export async function diagnosed(failure: Failure, step: Step, deployment: Deployment): Promise<Failure> {
  if (!aboutTheTarget.has(step.name) || failure.code === "INTERRUPTED") return failure;
  const folder = deployment.diagnosisFolder;
  try {
    await deployment.platform.diagnose(deployment.course.to, folder);
  } catch (thrown) {
    deployment.report.warn(`no diagnosis could be made: ${messageOf(thrown)}`);
    return failure;
  }
  // Of an environment without a container there is nothing to tell.
  if (existsSync(folder) && readdirSync(folder).length === 0) {
    rmdirSync(folder);
    return failure;
  }
  deployment.report.say(`diagnosis: ${folder}`);
  const { code, message, remedy, details, exitCode } = failure;
  const service = typeof details["service"] === "string" ? details["service"] : undefined;
  const lines = service === undefined ? undefined : lastLines(join(folder, `${service}.log`));
  const why = [failure.why, lines && `the last lines of ${service}:\n${lines}`].filter(Boolean).join("\n");
  return new Failure(code, {
    message,
    why: why === "" ? undefined : why,
    remedy,
    details: { ...details, diagnosis: folder },
    cause: failure,
    exitCode,
  });
}

function lastLines(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, "utf8").trimEnd().split("\n").slice(-linesShown);
  return lines.join("\n");
}
