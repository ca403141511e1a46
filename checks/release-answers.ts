import { z } from "zod";
import type { Look } from "../sdk/core/finding/index.ts";
import { type Answer, ask } from "../sdk/systems/http/index.ts";
import { defineCheck } from "./define.ts";
import { time } from "./options.ts";

/** Whether it is this very release that answers, in every one of several requests. */
export const releaseAnswers = defineCheck({
  id: "release-answers",
  title: "Release",
  summary: "Whether it is this very release that answers, in every one of several requests",
  example: "--url http://127.0.0.1:4001/health --release 1.8.3",
  deadline: "30s",
  options: z.strictObject({
    url: z.url({ protocol: /^https?$/ }).describe("The address of the service's health, past the proxy."),
    release: z.string().describe("The release's id."),
    header: z
      .string()
      .nullable()
      .default("x-release")
      .describe("The answer's header that names the release; null when there is none."),
    requests: z
      .int()
      .min(1)
      .max(100)
      .default(5)
      .describe("How often to ask, on a new connection each time, so that every replica gets its turn."),
    timeout: time().default(2_000).describe("How long each answer may take."),
  }),
  look: async ({ url, release, header, requests, timeout }, { signal }): Promise<Look> => {
    const answers: Answer[] = [];
    for (let asked = 0; asked < requests; asked += 1) {
      answers.push(await ask(url, { timeoutMs: timeout, signal }));
    }
    const faults = answers
      .map((answer) => faultOf(answer, release, header))
      .filter((fault) => fault !== undefined);
    const evidence = { url, requests, release, faults };
    if (faults.length === 0) {
      const said = header === null ? "answers 2xx" : `answers as release ${release}`;
      return { status: "pass", summary: `${url} ${said}, ${requests} times of ${requests}`, evidence };
    }
    const share = faults.length === requests ? "" : ` (${faults.length} of ${requests} times)`;
    return {
      status: "fail",
      summary: `${url} ${[...new Set(faults)].join("; ")}${share}`,
      remedy: faults.some((fault) => fault.includes("release"))
        ? "build the release's id into its image (build argument SWITCHOVER_RELEASE) and answer with it; look for an old replica"
        : "read the last lines of the service: docker logs --tail 50",
      evidence,
    };
  },
});

function faultOf(answer: Answer, release: string, header: string | null): string | undefined {
  if (!answer.ok) return `does not answer: ${answer.reason}`;
  if (answer.status < 200 || answer.status >= 300) return `answers ${answer.status}`;
  if (header === null) return undefined;
  const answered = answer.headers.get(header);
  if (answered === release) return undefined;
  return answered === null
    ? `answers without the header ${header}, so its release is unknown`
    : `answers as release ${answered}, not ${release}`;
}
