import { z } from "zod";
import { shownBytes } from "../sdk/core/config/index.ts";
import { memory as memoryNow } from "../sdk/systems/host/index.ts";
import { composeLimits } from "./compose/limits.ts";
import { defineCheck } from "./define.ts";
import { bytes, composeOptions, within } from "./options.ts";

/** Under this share of what is needed, the second environment would have the first one killed. */
const hopelessShare = 0.25;

/** Whether there is memory for a second environment beside the one that serves. */
export const memory = defineCheck({
  id: "memory",
  title: "Memory",
  summary: "Whether there is memory for a second environment beside the one that serves",
  example: "--minimum 4GB",
  deadline: "20s",
  options: z.strictObject({
    minimum: bytes().default(4e9).describe("The memory that should be available."),
    environment: z
      .strictObject({ ...composeOptions, services: z.array(z.string()) })
      .optional()
      .describe(
        "The Compose project that will be started: its services' memory limits count, where they say more.",
      ),
  }),
  look: async ({ minimum, environment }, context) => {
    const limits = environment === undefined ? undefined : await composeLimits(environment, within(context));
    const { available, total, limitedBy } = memoryNow();
    const wanted = Math.max(minimum, limits?.bytes ?? 0);
    const evidence = {
      available,
      total,
      limitedBy,
      minimum,
      limits: limits?.bytes,
      unlimited: limits?.unlimited,
    };
    const seen = `${shownBytes(available)} of memory available${limitedBy === undefined ? "" : ` under the limit of ${limitedBy}`}`;
    if (available >= wanted) return { status: "pass", summary: seen, evidence };
    const why = wanted > minimum ? ", which the services' limits add up to," : "";
    return {
      status: available < wanted * hopelessShare ? "fail" : "warn",
      summary: `${seen}, and ${shownBytes(wanted)}${why} are wanted`,
      remedy:
        "see what takes it (docker stats --no-stream; ps aux --sort=-rss | head), or ask for less with resources.memory",
      evidence,
    };
  },
});
