import { exitCodes } from "../../core/errors/index.ts";

/** What systemd tells the unit that it starts when another has failed (since its version 251). */
export interface Monitored {
  result: string | undefined;
  exitStatus: string | undefined;
}

/** What systemd tells, from the environment of the unit that it starts. */
export function monitored(environment: Readonly<Record<string, string | undefined>>): Monitored {
  return {
    result: environment["MONITOR_SERVICE_RESULT"],
    exitStatus: environment["MONITOR_EXIT_STATUS"],
  };
}

const ownWords: ReadonlySet<number> = new Set(Object.values(exitCodes));

/** Whether a script that ends so has told of its end itself. */
export function isOwnWord(exitCode: number): boolean {
  return ownWords.has(exitCode);
}

/**
 * Why a run that systemd saw fail could not tell so itself; undefined where it did, with an exit code of its own. An older
 * systemd says nothing of it: then it is told twice rather than not at all.
 */
export function silenceOf({ result, exitStatus }: Monitored): string | undefined {
  if (result === undefined) return "systemd saw it fail";
  if (result === "exit-code" && isOwnWord(Number.parseInt(exitStatus ?? "", 10))) return undefined;
  return `systemd saw it fail: ${result}${exitStatus === undefined ? "" : ` (${exitStatus})`}`;
}
