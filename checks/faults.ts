import type { Look } from "../sdk/core/finding/index.ts";

/** Something that is wrong with what a check looked at, where one look can find several such things. */
export interface Fault {
  status: "warn" | "fail";
  /** What is wrong, as a part of the summary. */
  says: string;
  remedy: string;
}

/** The finding that tells every fault, as bad as the worst of them; without one, that all is good. */
export function lookOf(
  faults: readonly Fault[],
  { good, about, evidence }: { good: string; about?: string; evidence: Record<string, unknown> },
): Look {
  if (faults.length === 0) return { status: "pass", summary: good, evidence };
  const says = faults.map((fault) => fault.says).join("; ");
  return {
    status: faults.some(({ status }) => status === "fail") ? "fail" : "warn",
    summary: about === undefined ? says : `${about}: ${says}`,
    remedy: [...new Set(faults.map(({ remedy }) => remedy))].join("\n"),
    evidence,
  };
}
