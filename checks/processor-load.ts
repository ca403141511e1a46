import { z } from "zod";
import { load } from "../sdk/systems/host/index.ts";
import { defineCheck } from "./define.ts";

/** Whether the processors have time left: a release that starts on a busy machine is late for its health check. */
export const processorLoad = defineCheck({
  id: "processor-load",
  title: "Processors",
  summary: "Whether the processors have had time left in the last minute, for what is to be started",
  example: "--maximum 80",
  deadline: "5s",
  options: z.strictObject({
    maximum: z
      .number()
      .positive()
      .default(80)
      .describe(
        "The share of them that may be busy, in percent; over 100, processes may wait for their turn, too.",
      ),
    otherwise: z
      .enum(["warn", "fail"])
      .default("fail")
      .describe("What it is when they are busier: a warning where it only makes things slower."),
  }),
  look: async ({ maximum, otherwise }) => {
    const { lastMinute, processors } = load();
    const busy = (lastMinute / processors) * 100;
    const evidence = { lastMinute, processors, maximum };
    const seen = `${busy.toFixed(0)} % of ${processors} processors were wanted in the last minute`;
    if (busy <= maximum) return { status: "pass", summary: seen, evidence };
    return {
      status: otherwise,
      summary: `${seen}, and ${maximum} % are allowed`,
      remedy: "see what takes them: ps aux --sort=-%cpu | head; wait, or allow more (resources.cpuPercent)",
      evidence,
    };
  },
});
