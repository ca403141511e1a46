import { z } from "zod";
import { requestOptions } from "../http/request.ts";
import { bytes, oneOrMore, time } from "../options.ts";

const pattern = z.string().refine(isPattern, "expected a regular expression");

function isPattern(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}

export const endpointOptions = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).describe("The address."),
  status: oneOrMore(z.int().min(100).max(599))
    .optional()
    .describe("The statuses that are right; any of 200 to 299 when none is named."),
  ...requestOptions,
  maxLatency: time().optional().describe("How long it may take without being too slow."),
  redirects: z.int().min(0).max(20).default(0).describe("How many redirects are followed."),
  bodyJson: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
    .default({})
    .describe("What the JSON body must say, by paths with dots: database=connected, checks.0.ok=true."),
  bodyContains: oneOrMore(z.string().min(1)).optional().describe("Texts that the body must contain."),
  bodyLimit: bytes()
    .default(2 ** 20)
    .describe("The bytes that a body may have; more is not read, and a failure."),
  headerPresent: oneOrMore(z.string()).optional().describe("Headers that the answer must have."),
  headerEquals: z.record(z.string(), z.string()).default({}).describe("Headers that must be exactly so."),
  headerMatches: z
    .record(z.string(), pattern)
    .default({})
    .describe("Headers that a regular expression must match, such as cache-control=max-age=\\d+."),
});

export type EndpointOptions = z.output<typeof endpointOptions>;
