import { z } from "zod";
import { ask } from "../sdk/systems/http/index.ts";
import { defineCheck } from "./define.ts";
import { oneOrMore, time, within } from "./options.ts";

/** Whether an address answers with the status that it should. */
export const httpEndpoint = defineCheck({
  id: "http-endpoint",
  title: "HTTP endpoint",
  summary: "Whether an address answers with the status that it should",
  example: "--url http://127.0.0.1:8080/health --timeout 2s",
  deadline: "30s",
  options: z.strictObject({
    url: z.url({ protocol: /^https?$/ }).describe("The address; redirects are not followed."),
    status: oneOrMore(z.int().min(100).max(599))
      .optional()
      .describe("The statuses that are right; any of 200 to 299 when none is named."),
    timeout: time().default(5_000).describe("How long the answer may take."),
  }),
  look: async ({ url, status, timeout }, context) => {
    const answer = await ask(url, { timeoutMs: timeout, signal: within(context).signal });
    const shown = withoutCredentials(url);
    if (!answer.ok) {
      return {
        status: "fail",
        summary: `${shown} does not answer: ${answer.reason}`,
        remedy: "see whether what should answer there runs, and read its last lines",
        evidence: { url: shown },
      };
    }
    const right =
      status === undefined ? answer.status >= 200 && answer.status < 300 : status.includes(answer.status);
    const evidence = { url: shown, status: answer.status, latencyMs: Math.round(answer.latencyMs) };
    if (right) return { status: "pass", summary: `${shown} answers ${answer.status}`, evidence };
    return {
      status: "fail",
      summary: `${shown} answers ${answer.status}, not ${status?.join(" or ") ?? "2xx"}`,
      remedy: "read the last lines of what answers there",
      evidence,
    };
  },
});

function withoutCredentials(url: string): string {
  const shown = new URL(url);
  shown.username = "";
  shown.password = "";
  shown.search = "";
  return shown.href;
}
