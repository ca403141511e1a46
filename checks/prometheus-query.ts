import { z } from "zod";
import type { Look } from "../sdk/core/finding/index.ts";
import { defineCheck } from "./define.ts";
import { requestHeaders, requestOptions, shownUrl } from "./http/request.ts";
import { askPrometheus } from "./prometheus/ask.ts";
import { judgeMetric, wantedOptions, wantsSomething } from "./prometheus/judge.ts";

/** Whether what Prometheus knows keeps within its limits. */
export const prometheusQuery = defineCheck({
  id: "prometheus-query",
  title: "Metric",
  summary: "Whether every series of a Prometheus query meets its target and raises no alert",
  example: "--url http://127.0.0.1:9090 --query 'sum(rate(errors_total[5m]))' --alert '> 0.1'",
  deadline: "30s",
  options: z
    .strictObject({
      url: z.url({ protocol: /^https?$/ }).describe("Prometheus' address."),
      ...wantedOptions,
      ...requestOptions,
    })
    .refine(wantsSomething, "expected `target` or `alert`"),
  look: async ({ url, query, target, alert, timeout, caFile, ...request }, context): Promise<Look> => {
    const headers = requestHeaders(request, context);
    const place = { url, headers, timeoutMs: timeout, caFile, signal: context.signal };
    const answer = await askPrometheus(place, query);
    const { status, says, samples: shown } = judgeMetric(answer, { target, alert });
    const evidence = { url: shownUrl(url), query, target: target?.text, alert: alert?.text, samples: shown };
    return {
      status,
      summary: `${query} ${says}`,
      remedy: status === "pass" ? undefined : "look at the metric's course on Prometheus' own page",
      evidence,
    };
  },
});
