import { statSync } from "node:fs";
import type { Look } from "../sdk/core/finding/index.ts";
import { asTyped } from "../sdk/core/process/index.ts";
import { exchange } from "../sdk/systems/http/index.ts";
import { defineCheck } from "./define.ts";
import { requestHeaders, shownUrl } from "./http/request.ts";
import { faultsOf } from "./http-endpoint/faults.ts";
import { endpointOptions } from "./http-endpoint/options.ts";

/** Whether an address answers as it should: status, headers, body and time. */
export const httpEndpoint = defineCheck({
  id: "http-endpoint",
  title: "HTTP endpoint",
  summary: "Whether an address answers as it should: status, headers, body, and in time",
  example: "--url http://127.0.0.1:4001/health --timeout 2s --body-json database=connected",
  deadline: "30s",
  takes: ({ timeout }) => timeout,
  options: endpointOptions,
  look: async (options, context): Promise<Look> => {
    const { url, timeout, redirects, bodyLimit, caFile } = options;
    const shown = shownUrl(url);
    const answer = await exchange({
      url,
      headers: requestHeaders(options, context),
      timeoutMs: Math.min(timeout, context.deadlineMs),
      signal: context.signal,
      bodyLimit,
      redirects,
      caFile,
    });
    const latencyMs = Math.round(answer.latencyMs);
    if (!answer.ok) {
      const { status, kind, reason } = answer;
      return {
        status: "fail",
        summary: `${shown} ${status === undefined ? "does not answer" : `answers ${status}, but not to its end`}: ${reason}`,
        remedy: "see whether what should answer there runs, and read its last lines",
        evidence: { url: shown, kind, status, latencyMs },
      };
    }
    const evidence = { url: shown, status: answer.status, latencyMs, answered: shownUrl(answer.url) };
    const faults = faultsOf(answer, options);
    if (faults.length > 0) {
      const remedy = "read the last lines of what answers there, and of the proxy before it";
      return { status: "fail", summary: `${shown} ${faults.join("; ")}`, remedy, evidence };
    }
    return (
      openToOthers(options.bearerFile, evidence) ?? {
        status: "pass",
        summary: `${shown} answers ${answer.status} in ${latencyMs} ms`,
        evidence,
      }
    );
  },
});

function openToOthers(file: string | undefined, evidence: Record<string, unknown>): Look | undefined {
  if (file === undefined || (statSync(file).mode & 0o077) === 0) return undefined;
  return {
    status: "warn",
    summary: `it answers well, but ${file} lets other users read the token`,
    remedy: asTyped(["chmod", "600", file]),
    evidence,
  };
}
