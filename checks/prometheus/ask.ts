import { z } from "zod";
import { Failure } from "../../sdk/core/errors/index.ts";
import { exchange } from "../../sdk/systems/http/index.ts";
import { shownUrl } from "../http/request.ts";
import { parsedJson } from "../json/differences.ts";

/** A number of one series, with the labels that tell it from the others. */
export interface Sample {
  labels: Readonly<Record<string, string>>;
  value: number;
}

/** What a query gives now, and what Prometheus warns of: it may be a part only, where a store does not answer. */
export interface Queried {
  samples: Sample[];
  warnings: readonly string[];
}

export interface PrometheusPlace {
  url: string;
  headers: Readonly<Record<string, string>>;
  timeoutMs: number;
  caFile: string | undefined;
  signal: AbortSignal;
}

const pair = z.tuple([z.number(), z.string()]);
/** https://prometheus.io/docs/prometheus/latest/querying/api/#instant-queries */
const answerSchema = z.discriminatedUnion("status", [
  z.object({
    status: z.literal("success"),
    warnings: z.array(z.string()).default([]),
    data: z.discriminatedUnion("resultType", [
      z.object({
        resultType: z.literal("vector"),
        result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: pair })),
      }),
      z.object({ resultType: z.literal("scalar"), result: pair }),
    ]),
  }),
  z.object({ status: z.literal("error"), errorType: z.string(), error: z.string() }),
]);

/**
 * What a query gives now.
 *
 * @throws Failure METRICS_UNAVAILABLE when Prometheus does not answer, refuses the query, or gives no numbers for it.
 */
export async function askPrometheus(place: PrometheusPlace, query: string): Promise<Queried> {
  const { url, headers, timeoutMs, caFile, signal } = place;
  const at = new URL("api/v1/query", url.endsWith("/") ? url : `${url}/`);
  const answer = await exchange({
    url: at.href,
    method: "POST",
    headers: { ...headers, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ query }).toString(),
    timeoutMs,
    caFile,
    signal,
  });
  if (!answer.ok) throw unavailable(url, answer.reason);
  const parsed = answerSchema.safeParse(parsedJson(new TextDecoder().decode(answer.body)));
  if (!parsed.success)
    throw unavailable(
      url,
      `its answer (${answer.status}) is not Prometheus' of one number now for each series`,
    );
  if (parsed.data.status === "error")
    throw unavailable(url, `${parsed.data.errorType}: ${parsed.data.error}`);
  const { data, warnings } = parsed.data;
  if (data.resultType === "scalar")
    return { samples: [{ labels: {}, value: asNumber(data.result[1]) }], warnings };
  const samples = data.result.map(({ metric, value }) => ({ labels: metric, value: asNumber(value[1]) }));
  return { samples, warnings };
}

/** Prometheus writes the numbers that JSON has not: NaN, +Inf, -Inf. */
function asNumber(text: string): number {
  if (/^[+-]?Inf$/.test(text))
    return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(text);
}

function unavailable(url: string, why: string): Failure {
  return new Failure("METRICS_UNAVAILABLE", {
    message: `Prometheus at ${shownUrl(url)} gives no result`,
    why,
    remedy: "see whether it runs and takes this query on its own page",
  });
}
