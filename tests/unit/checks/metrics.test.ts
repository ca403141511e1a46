import { afterAll, expect, test } from "bun:test";
import { metricsTable, prometheusQuery } from "../../../checks/index.ts";

/**
 * Speaks Prometheus' HTTP API as Prometheus 2.42 does: the queries are the names of what it answers.
 */
const answers: Record<string, unknown> = {
  latency: vector([{ pod: "a" }, "42.5"], [{ pod: "b" }, "61"]),
  errors: vector([{ __name__: "errors" }, "0.01"]),
  slow: vector([{ pod: "a" }, "12"], [{ pod: "b" }, "95"], [{ pod: "c" }, "99"]),
  broken: vector([{}, "NaN"]),
  endless: { resultType: "scalar", result: [1, "+Inf"] },
  nothing: vector(),
  partial: vector([{}, "1"]),
  course: { resultType: "matrix", result: [{ metric: {}, values: [[1, "1"]] }] },
};

function vector(...series: [Record<string, string>, string][]) {
  return {
    resultType: "vector",
    result: series.map(([metric, value]) => ({ metric, value: [1_700_000_000.781, value] })),
  };
}

const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  async fetch(request) {
    if (new URL(request.url).pathname !== "/api/v1/query") return new Response("no", { status: 404 });
    const query = new URLSearchParams(await request.text()).get("query") ?? "";
    const data = answers[query];
    const warnings = query === "partial" ? ["a store did not answer"] : undefined;
    if (data !== undefined) return Response.json({ status: "success", data, warnings });
    const error = { status: "error", errorType: "bad_data", error: "1:1: parse error: unexpected <op:*>" };
    return Response.json(error, { status: 400 });
  },
});
afterAll(() => server.stop(true));
const url = `http://127.0.0.1:${server.port}`;

test("a metric that meets its target passes, one that misses it warns, one beyond the alert fails", async () => {
  const look = (query: string) => prometheusQuery({ url, query, target: "< 60", alert: "> 90" });
  expect(await look("errors")).toMatchObject({ status: "pass", summary: "errors is 0.01" });
  const missed = await look("latency");
  expect(missed.status).toBe("warn");
  expect(missed.summary).toContain('is 61 for {pod="b"}, and the target is < 60');
  const partial = await look("partial");
  expect(partial.status).toBe("warn");
  expect(partial.summary).toContain("a store did not answer");
  const alarming = await look("slow");
  expect(alarming.status).toBe("fail");
  expect(alarming.summary).toContain('is 95 for {pod="b"}, and > 90 is an alert, and 1 more like it');
});

test("no data, no number, a number without end, and a query that is refused are no pass", async () => {
  const look = (query: string) => prometheusQuery({ url, query, alert: "> 90" });
  expect(await look("nothing")).toMatchObject({ status: "fail", summary: "nothing has no data" });
  expect(await look("broken")).toMatchObject({ status: "fail" });
  expect(await look("endless")).toMatchObject({ status: "fail" });
  expect((await look("course")).summary).toContain("one number now for each series");
  const refused = await look("*");
  expect(refused).toMatchObject({ status: "fail", evidence: { code: "METRICS_UNAVAILABLE" } });
  expect(refused.summary).toContain("parse error");
});

test("a Prometheus that is not there, and what is none, could not be looked at", async () => {
  const elsewhere = await prometheusQuery({ url: `${url}/prometheus`, query: "errors", alert: "> 1" });
  expect(elsewhere.summary).toContain("its answer (404) is not Prometheus'");
  using closed = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const port = closed.port;
  await closed.stop(true);
  const gone = await prometheusQuery({ url: `http://127.0.0.1:${port}`, query: "errors", alert: "> 1" });
  expect(gone).toMatchObject({ status: "fail" });
});

test("a table of metrics tells all of its rows, and is as bad as its worst", async () => {
  const row = (name: string, query: string) => ({ name, query, target: "< 60", alert: "> 90" });
  const good = await metricsTable({ url, metrics: [row("Error rate", "errors")] });
  expect(good).toMatchObject({ status: "pass", summary: "Error rate is 0.01" });
  const late = await metricsTable({ url, metrics: [row("Error rate", "errors"), row("Latency", "latency")] });
  expect(late.status).toBe("warn");
  const metrics = [row("Latency", "latency"), row("Cold start", "slow"), row("GPU", "absent")];
  const bad = await metricsTable({ url, metrics });
  expect(bad.status).toBe("fail");
  expect(bad.summary).toContain("Latency is 61");
  expect(bad.summary).toContain("Cold start is 95");
  expect(bad.summary).toContain("GPU is unknown");
  expect(bad.evidence["metrics"]).toHaveLength(3);
});

test("a comparison that is none, and a metric without any, are refused before anything is asked", () => {
  expect(() => prometheusQuery.with({ url, query: "errors", alert: "90" })).toThrow("the options");
  expect(() => prometheusQuery.with({ url, query: "errors" })).toThrow("the options");
  expect(() => metricsTable.with({ url, metrics: [] })).toThrow("the options");
});
