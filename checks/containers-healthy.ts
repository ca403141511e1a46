import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { Look } from "../sdk/core/finding/index.ts";
import { containersOf, memoryKills } from "../sdk/systems/docker/index.ts";
import { isDone, jobsOf } from "./containers-healthy/done-jobs.ts";
import { judge } from "./containers-healthy/judge.ts";
import type { Counted } from "./containers-healthy/troubles.ts";
import { defineCheck } from "./define.ts";
import { time, within } from "./options.ts";

/** Whether every container of a Compose project runs, is healthy, and has not died since it was started. */
export const containersHealthy = defineCheck({
  id: "containers-healthy",
  title: "Containers",
  summary: "Whether every container of a Compose project runs, is healthy, and has not died",
  example: "--project shop-blue",
  deadline: "20s",
  takes: ({ window }) => window,
  options: z.strictObject({
    project: z.string().describe("The Compose project."),
    services: z
      .array(z.string())
      .default([])
      .describe(
        "The services that must have a container; all that there are when none is named, of which a job may have ended with 0.",
      ),
    window: time()
      .default(0)
      .describe(
        "How long to see whether one dies or is made anew. Without it every death since the start is a fault; with it, one of before is a warning.",
      ),
  }),
  look: async ({ project, services, window }, context): Promise<Look> => {
    const find = async (): Promise<Counted[]> => {
      const all = await containersOf(project, within(context));
      const jobs = jobsOf(all, services);
      const meant = all.filter(({ service }) => services.length === 0 || services.includes(service));
      return meant.map((container) => ({
        ...container,
        done: isDone(container, jobs),
        memoryKills: memoryKills(container) ?? 0,
      }));
    };
    if (window === 0) return judge(await find(), undefined, { project, services });
    const before = await find();
    await sleep(window, undefined, { signal: context.signal });
    return judge(await find(), before, { project, services });
  },
});
