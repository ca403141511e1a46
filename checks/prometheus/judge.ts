import { z } from "zod";
import type { FindingStatus } from "../../sdk/core/finding/index.ts";
import type { Queried, Sample } from "./ask.ts";
import { type Condition, condition } from "./condition.ts";

/** What is wanted of a metric. */
export const wantedOptions = {
  query: z.string().min(1).describe("What to ask, in PromQL; every series of the result counts."),
  target: condition()
    .optional()
    .describe('What should hold, such as "< 60"; it is a warning where it does not.'),
  alert: condition()
    .optional()
    .describe('What must not hold, such as "> 90"; it is a failure where it does.'),
} as const;

export interface Wanted {
  target?: Condition | undefined;
  alert?: Condition | undefined;
}

export const wantsSomething = ({ target, alert }: Wanted): boolean =>
  target !== undefined || alert !== undefined;

export interface JudgedMetric {
  status: FindingStatus;
  /** What was seen, after the metric's name. */
  says: string;
  samples: readonly Sample[];
}

const mostSamples = 20;
const statuses = ["pass", "warn", "fail"] as const;

/** What the series of a metric say; without any, nothing is known, which is a failure. */
export function judgeMetric({ samples, warnings }: Queried, { target, alert }: Wanted): JudgedMetric {
  if (samples.length === 0) return { status: "fail", says: "has no data", samples };
  const judged = samples.map((sample) => judgeSample(sample, { target, alert }));
  const worst = statuses.findLast((status) => judged.some((one) => one.status === status)) ?? "fail";
  const first = judged.find(({ status }) => status === worst);
  const more = judged.filter(({ status }) => status === worst).length - 1;
  const seen = `${first?.says}${worst === "pass" || more === 0 ? "" : `, and ${more} more like it`}`;
  const [warning] = warnings;
  const status = worst === "pass" && warning !== undefined ? "warn" : worst;
  const says = warning === undefined ? seen : `${seen}, of which Prometheus says: ${warning}`;
  return { status, says, samples: samples.slice(0, mostSamples) };
}

function judgeSample({ labels, value }: Sample, { target, alert }: Wanted) {
  const of = labelled(labels);
  if (Number.isNaN(value)) return { status: "fail" as const, says: `is not a number${of}` };
  if (alert?.holds(value))
    return { status: "fail" as const, says: `is ${value}${of}, and ${alert.text} is an alert` };
  if (target !== undefined && !target.holds(value))
    return { status: "warn" as const, says: `is ${value}${of}, and the target is ${target.text}` };
  return { status: "pass" as const, says: `is ${value}${of}` };
}

function labelled(labels: Readonly<Record<string, string>>): string {
  const shown = Object.entries(labels)
    .filter(([name]) => name !== "__name__")
    .map(([name, value]) => `${name}="${value}"`);
  return shown.length === 0 ? "" : ` for {${shown.join(",").slice(0, 120)}}`;
}
