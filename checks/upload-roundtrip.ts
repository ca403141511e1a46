import { z } from "zod";
import type { Look } from "../sdk/core/finding/index.ts";
import { defineCheck } from "./define.ts";
import { requestHeaders, requestOptions, shownUrl } from "./http/request.ts";
import { bytes } from "./options.ts";
import { filledFrom } from "./upload-roundtrip/addresses.ts";
import { type Client, download, remove, upload } from "./upload-roundtrip/requests.ts";

const largest = 64e6;

/** Whether a file that is uploaded can be downloaded again, byte for byte; it is removed afterwards, whatever happens. */
export const uploadRoundtrip = defineCheck({
  id: "upload-roundtrip",
  title: "Upload",
  summary: "Whether an uploaded file comes back byte for byte, and can be removed",
  example: "--url http://127.0.0.1:3001/uploads --download '/uploads/{id}' --remove '/uploads/{id}'",
  deadline: "60s",
  takes: ({ timeout }) => 2 * timeout,
  options: z.strictObject({
    url: z.url({ protocol: /^https?$/ }).describe("Where to upload; it answers with JSON."),
    method: z.enum(["POST", "PUT"]).default("POST").describe("How to upload."),
    field: z
      .string()
      .optional()
      .describe("The form's field for the file, as multipart/form-data; the bare bytes are sent without it."),
    size: bytes()
      .refine((count) => count >= 1 && count <= largest, "expected 1 byte to 64 MB")
      .default(64_000)
      .describe("How many bytes to upload; they are random."),
    download: z
      .string()
      .describe(
        "Where the file is then, with members of the answer in braces: `/uploads/{id}`, or `{file.url}`.",
      ),
    remove: z.string().describe("Where to remove it with DELETE, written in the same way."),
    ...requestOptions,
  }),
  look: async ({ url, method, field, size, ...options }, context): Promise<Look> => {
    const client: Client = {
      headers: requestHeaders(options, context),
      timeoutMs: options.timeout,
      caFile: options.caFile,
      signal: context.signal,
    };
    const content = randomBytes(size);
    const evidence = { url: shownUrl(url), bytes: size };
    const fail = (says: string): Look => ({
      status: "fail",
      summary: `${shownUrl(url)}: ${says}`,
      remedy: "read the last lines of the service; see whether its folder is writable and its disk has room",
      evidence,
    });
    const uploaded = await upload(url, { method, field, content }, client);
    if ("fault" in uploaded) return fail(uploaded.fault);
    const { answer, shown } = uploaded;
    const [from, at] = [options.download, options.remove].map((pattern) => filledFrom(pattern, answer, url));
    const fault =
      from === undefined
        ? `its answer does not say where the file is: ${shown}`
        : await download(from, content, client);
    const left =
      at === undefined
        ? `${size} bytes of this check are left there: the answer does not say where to remove them: ${shown}`
        : await remove(at, from, client);
    if (fault !== undefined || left !== undefined) return fail([fault, left].filter(Boolean).join("; "));
    return {
      status: "pass",
      summary: `${size} bytes came back from ${shownUrl(url)} as they were sent, and were removed`,
      evidence,
    };
  },
});

/** A quarter of a million bytes are what one call gives at most, less than half of it. */
function randomBytes(count: number): Uint8Array<ArrayBuffer> {
  const content = new Uint8Array(count);
  const step = 65_536;
  for (let at = 0; at < count; at += step) crypto.getRandomValues(content.subarray(at, at + step));
  return content;
}
