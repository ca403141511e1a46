import { z } from "zod";
import type { Look } from "../sdk/core/finding/index.ts";
import { type Answer, ask } from "../sdk/systems/http/index.ts";
import { defineCheck } from "./define.ts";
import { caFileOption, saysOnly, shownUrl } from "./http/request.ts";
import { time } from "./options.ts";
import { addressesOfReplicas } from "./release-answers/replicas.ts";

/** Whether it is this very release that answers, in every one of several requests and on every replica. */
export const releaseAnswers = defineCheck({
  id: "release-answers",
  title: "Release",
  summary: "Whether it is this very release that answers, each time it is asked and on every replica",
  example: "--url http://127.0.0.1:4001/health --release 1.8.3 --project shop-blue --service backend",
  deadline: "30s",
  options: z
    .strictObject({
      url: z.url({ protocol: /^https?$/ }).describe("The address of the service's health, past the proxy."),
      release: z.string().min(1).describe("The release's id."),
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
      project: z
        .string()
        .optional()
        .describe("The Compose project whose containers are asked too, each at its own address."),
      service: z.string().optional().describe("The service in it that answers at the address."),
      timeout: time().default(2_000).describe("How long each answer may take."),
      caFile: caFileOption(),
    })
    .refine(
      ({ project, service }) => (project === undefined) === (service === undefined),
      "expected `project` and `service` together",
    ),
  look: async (options, context): Promise<Look> => {
    const { url, release, header, requests, timeout, caFile, project, service } = options;
    const shown = shownUrl(url);
    const { asked, hidden } = await addressesOfReplicas(url, { project, service }, context);
    const addresses = [...Array.from({ length: requests }, () => ({ url, name: shown })), ...asked];
    const answers = await Promise.all(
      addresses.map(async (address) => {
        const answer = await ask(address.url, { timeoutMs: timeout, caFile, signal: context.signal });
        return { name: address.name, fault: faultOf(answer, release, header) };
      }),
    );
    const faults = answers.filter(({ fault }) => fault !== undefined);
    const evidence = { url: shown, requests, replicas: asked.map(({ name }) => name), release, faults };
    const times = `${addresses.length} times of ${addresses.length}`;
    if (faults.length === 0) {
      const said = header === null ? "answers 2xx" : `answers as release ${release}`;
      if (hidden.length === 0) return { status: "pass", summary: `${shown} ${said}, ${times}`, evidence };
      return {
        status: "warn",
        summary: `${shown} ${said}, ${times}; at which port ${hidden.join(", ")} can be asked alone is not known`,
        remedy: "name the service's port in its image (EXPOSE) or in the Compose file (expose)",
        evidence,
      };
    }
    const lines = faults.map(({ name, fault }) => `${name} ${fault}`);
    const share =
      faults.length === addresses.length ? "" : ` (${faults.length} of ${addresses.length} times)`;
    return {
      status: "fail",
      summary: `${[...new Set(lines)].join("; ")}${share}`,
      remedy: lines.some((line) => line.includes("release"))
        ? "build the release's id into its image (build argument SWITCHOVER_RELEASE) and answer with it; look for an old replica"
        : "read the last lines of the service, with docker logs or in the diagnosis beside the log file",
      evidence,
    };
  },
});

function faultOf(answer: Answer, release: string, header: string | null): string | undefined {
  if (!answer.ok) return `does not answer: ${answer.reason}`;
  if (answer.status < 200 || answer.status >= 300) return `answers ${answer.status}`;
  if (header === null) return undefined;
  const answered = answer.headers.get(header);
  if (answered !== null && saysOnly(answered, release)) return undefined;
  return answered === null
    ? `answers without the header ${header}, so its release is unknown`
    : `answers as release ${answered}, not ${release}`;
}
