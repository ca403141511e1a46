import type { Finding } from "./finding.ts";

/** A finding as it may be shown: every text of its summary, remedy and evidence has been through `redact`. */
export function redactedFinding(finding: Finding, redact: (text: string) => string): Finding {
  return {
    ...finding,
    summary: redact(finding.summary),
    ...(finding.remedy === undefined ? {} : { remedy: redact(finding.remedy) }),
    evidence: Object.fromEntries(
      Object.entries(finding.evidence).map(([key, value]) => [redact(key), masked(value, redact)]),
    ),
  };
}

function masked(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === "string") return redact(value);
  if (Array.isArray(value)) return value.map((item) => masked(item, redact));
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [redact(key), masked(inner, redact)]),
  );
}
