import { z } from "zod";
import { shownBytes } from "../sdk/core/config/index.ts";
import type { CheckContext, Look } from "../sdk/core/finding/index.ts";
import { type Usage, usageOf } from "../sdk/systems/docker/index.ts";
import { judgeUsage } from "./container-resources/judge.ts";
import { chosenContainers, chosenOptions, namesContainers, nobodyNamed } from "./containers/chosen.ts";
import { defineCheck } from "./define.ts";
import { bytes, time, within } from "./options.ts";

/** What containers use, and whether their memory grows. */
export const containerResources = defineCheck({
  id: "container-resources",
  title: "Resources",
  summary: "Whether containers keep to a share of processor and memory, and their memory does not grow",
  example: "--project shop-blue --window 30s --growth 50MB --cpu 150",
  deadline: "30s",
  takes: ({ window }) => window,
  options: z
    .strictObject({
      ...chosenOptions,
      window: time().default(10_000).describe("How long to watch; each look takes one to two seconds."),
      memory: z
        .number()
        .positive()
        .max(100)
        .default(90)
        .describe("The share of its limit that a container's memory may take, in percent."),
      cpu: z
        .number()
        .positive()
        .optional()
        .describe("What it may use of processors on average, in percent of one: 150 is one and a half."),
      growth: bytes()
        .optional()
        .describe(
          "How many bytes its memory may grow within the window; what comes and goes does not count.",
        ),
    })
    .refine(namesContainers, nobodyNamed),
  look: async ({ window, memory, cpu, growth, ...chosen }, context): Promise<Look> => {
    const containers = await chosenContainers(chosen, context);
    const names = new Map(containers.map(({ id, name }) => [id, name]));
    const samples = await watch([...names.keys()], window, context);
    const judged = [...names].map(([id, name]) =>
      judgeUsage(
        name,
        samples.map((sample) => sample.find((usage) => usage.id === id)),
        { memory, cpu, growth },
      ),
    );
    const faults = judged.flatMap((one) => one.faults);
    const evidence = { windowMs: window, looks: samples.length, containers: judged };
    if (faults.length > 0)
      return {
        status: "fail",
        summary: faults.join("; "),
        remedy: "see what takes it: docker stats --no-stream, and the container's own log",
        evidence,
      };
    const seen = judged.map((one) => `${one.name} ${one.cpuPercent.toFixed(0)} %, ${shownBytes(one.memory)}`);
    return { status: "pass", summary: seen.join("; "), evidence };
  },
});

/** Looks at least twice, and until the time is over. */
async function watch(ids: readonly string[], windowMs: number, context: CheckContext): Promise<Usage[][]> {
  const endsAt = performance.now() + windowMs;
  const samples: Usage[][] = [];
  do {
    samples.push(await usageOf(ids, within(context)));
  } while (samples.length < 2 || performance.now() < endsAt);
  return samples;
}
