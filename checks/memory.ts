import { z } from "zod";
import { memory as memoryNow } from "../sdk/systems/host/index.ts";
import { defineCheck } from "./define.ts";
import { bytes } from "./options.ts";
import { shownBytes } from "./words.ts";

/** Under this share of what is needed, the second environment would have the first one killed. */
const hopelessShare = 0.25;

/** Whether there is memory for a second environment beside the one that serves. */
export const memory = defineCheck({
  id: "memory",
  title: "Memory",
  summary: "Whether there is memory for a second environment beside the one that serves",
  example: "--minimum 4GB",
  deadline: "5s",
  options: z.strictObject({
    minimum: bytes().default(4e9).describe("The memory that should be available."),
  }),
  look: async ({ minimum }) => {
    const { available, total, limitedBy } = memoryNow();
    const evidence = { available, total, limitedBy, minimum };
    const seen = `${shownBytes(available)} of memory available${limitedBy === undefined ? "" : ` under the limit of ${limitedBy}`}`;
    if (available >= minimum) return { status: "pass", summary: seen, evidence };
    const hopeless = available < minimum * hopelessShare;
    return {
      status: hopeless ? "fail" : "warn",
      summary: `${seen}, and ${shownBytes(minimum)} are wanted`,
      remedy:
        "see what takes it (docker stats --no-stream; ps aux --sort=-rss | head), or ask for less with resources.memory",
      evidence,
    };
  },
});
