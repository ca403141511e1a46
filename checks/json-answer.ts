import { readFile, stat } from "node:fs/promises";
import { z } from "zod";
import { Failure, messageOf } from "../sdk/core/errors/index.ts";
import type { Look } from "../sdk/core/finding/index.ts";
import { exchange } from "../sdk/systems/http/index.ts";
import { defineCheck } from "./define.ts";
import { requestHeaders, requestOptions, shownUrl } from "./http/request.ts";
import { differences, parsedJson } from "./json/differences.ts";
import { expectation, json } from "./json/option.ts";
import { time } from "./options.ts";

const largestFile = 64e6;
const shownCharacters = 300;

/** Whether a question gets the JSON answer that is known for it: an inference, or any other computation. */
export const jsonAnswer = defineCheck({
  id: "json-answer",
  title: "Answer",
  summary: "Whether a request with a JSON body or a file, such as an inference, gets the known answer",
  example: `--url http://127.0.0.1:8000/infer --body '{"image":[[0,1]]}' --expect '{"cells":1}'`,
  deadline: "60s",
  takes: ({ timeout }) => timeout,
  options: z
    .strictObject({
      url: z.url({ protocol: /^https?$/ }).describe("Where to ask; redirects are not followed."),
      method: z.enum(["GET", "POST", "PUT"]).default("POST").describe("How to ask."),
      body: json().optional().describe("The question, as JSON."),
      file: z.string().optional().describe("The question, as a file whose bytes are sent, such as an image."),
      contentType: z.string().default("application/octet-stream").describe("The media type of the file."),
      expect: expectation().describe(
        "What the answer must hold: of objects these members, at least one; of lists every item in its place.",
      ),
      tolerance: z
        .number()
        .nonnegative()
        .default(0)
        .describe("By how much a number of the answer may differ."),
      maxLatency: time().optional().describe("How long it may take without being too slow."),
      ...requestOptions,
    })
    .refine(
      ({ body, file }) => body === undefined || file === undefined,
      "expected `body` or `file`, not both",
    ),
  look: async (options, context): Promise<Look> => {
    const { url, method, expect, tolerance, timeout, maxLatency, caFile } = options;
    const { type, body } = await questionOf(options);
    const headers = {
      ...requestHeaders(options, context),
      ...(type === undefined ? {} : { "content-type": type }),
    };
    const { signal } = context;
    const answer = await exchange({ url, method, headers, body, timeoutMs: timeout, signal, caFile });
    const where = shownUrl(url);
    const latencyMs = Math.round(answer.latencyMs);
    const remedy = "ask by hand, and read the last lines of what answers there";
    if (!answer.ok)
      return {
        status: "fail",
        summary: `${where} gives no answer: ${answer.reason}`,
        remedy,
        evidence: { url: where, latencyMs },
      };
    const text = new TextDecoder().decode(answer.body);
    const evidence = { url: where, status: answer.status, latencyMs, answer: text.slice(0, shownCharacters) };
    const faults = [
      ...(answer.status >= 200 && answer.status < 300
        ? differences(expect, parsedJson(text), tolerance)
        : [`it is a ${answer.status}`]),
      ...(maxLatency !== undefined && answer.latencyMs > maxLatency
        ? [`it took ${latencyMs} ms, and ${maxLatency} ms are the limit`]
        : []),
    ];
    if (faults.length === 0)
      return { status: "pass", summary: `${where} gives the known answer in ${latencyMs} ms`, evidence };
    return {
      status: "fail",
      summary: `${where} gives another answer: ${faults.join("; ")}`,
      remedy,
      evidence,
    };
  },
});

async function questionOf({
  body,
  file,
  contentType,
}: {
  body?: unknown;
  file?: string | undefined;
  contentType: string;
}) {
  if (file !== undefined) return { type: contentType, body: await bytesOf(file) };
  return body === undefined ? {} : { type: "application/json", body: JSON.stringify(body) };
}

async function bytesOf(file: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(file);
    if (size > largestFile) throw new RangeError(`it has ${size} bytes, more than ${largestFile}`);
    return await readFile(file);
  } catch (thrown) {
    throw new Failure("USAGE", {
      message: `the file ${file} cannot be sent`,
      why: messageOf(thrown),
      remedy: "name a smaller file that this user may read",
    });
  }
}
