import type { Exit } from "../../../core/process/index.ts";
import type { BackupDesk } from "../desk.ts";

const mostTold = 20;

/**
 * Tells a person what the first program of a pipeline complained of although it came to its end: pg_dump leaves out what its
 * user may not read, and says so there alone.
 *
 * @returns all of its lines
 */
export function tellComplaints({ report }: Pick<BackupDesk, "report">, [exit]: readonly Exit[]): string[] {
  const lines = (exit?.stderr ?? "").split("\n").filter(Boolean);
  for (const line of lines.slice(0, mostTold)) report.warn(line);
  return lines;
}
