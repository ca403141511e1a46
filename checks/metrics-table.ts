import { z } from "zod";
import { messageOf } from "../sdk/core/errors/index.ts";
import type { Look } from "../sdk/core/finding/index.ts";
import { defineCheck } from "./define.ts";
import { lookOf } from "./faults.ts";
import { requestHeaders, requestOptions, shownUrl } from "./http/request.ts";
import { askPrometheus } from "./prometheus/ask.ts";
import { type JudgedMetric, judgeMetric, wantedOptions, wantsSomething } from "./prometheus/judge.ts";

const rowSchema = z
  .strictObject({ name: z.string().min(1), ...wantedOptions })
  .refine(wantsSomething, "expected `target` or `alert`");

/** Whether the key metrics of a system meet their targets, as its operators wrote them into a table. */
export const metricsTable = defineCheck({
  id: "metrics-table",
  title: "Metrics",
  summary: "Whether a table of Prometheus metrics meets its targets and raises no alert",
  example: `--url http://127.0.0.1:9090 --metrics '{"name":"errors","query":"error_rate","alert":"> 0.1"}'`,
  deadline: "30s",
  options: z.strictObject({
    url: z.url({ protocol: /^https?$/ }).describe("Prometheus' address."),
    metrics: z
      .array(rowSchema)
      .min(1)
      .describe(
        'The table\'s rows: `name`, `query`, `target`, such as "< 60" (a warning where it is missed), `alert`, such as "> 90" (a failure).',
      ),
    ...requestOptions,
  }),
  look: async ({ url, metrics, timeout, caFile, ...request }, context): Promise<Look> => {
    const place = {
      url,
      headers: requestHeaders(request, context),
      caFile,
      timeoutMs: timeout,
      signal: context.signal,
    };
    const judged = await Promise.all(
      metrics.map(async ({ name, query, ...wanted }) => ({
        name,
        target: wanted.target?.text,
        alert: wanted.alert?.text,
        ...(await askPrometheus(place, query).then((answer) => judgeMetric(answer, wanted), unknown)),
      })),
    );
    const faults = judged.flatMap(({ name, status, says }) =>
      status === "warn" || status === "fail"
        ? [{ status, says: `${name} ${says}`, remedy: "look at its course on Prometheus' own page" }]
        : [],
    );
    const good = judged.map(({ name, says }) => `${name} ${says}`).join("; ");
    return lookOf(faults, { good, evidence: { url: shownUrl(url), metrics: judged } });
  },
});

/** One metric that cannot be asked for costs the others nothing. */
function unknown(thrown: unknown): JudgedMetric {
  return { status: "fail", says: `is unknown: ${messageOf(thrown)}`, samples: [] };
}
