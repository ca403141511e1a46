import { z } from "zod";
import type { Look } from "../sdk/core/finding/index.ts";
import { containersOf } from "../sdk/systems/docker/index.ts";
import { defineCheck } from "./define.ts";
import { composeOptions, within } from "./options.ts";
import { judgeDump } from "./proxy-config/judge-dump.ts";
import { testAnew } from "./proxy-config/test-anew.ts";
import { testRunning } from "./proxy-config/test-running.ts";

/** Whether nginx takes its configuration where it runs, with its own names and mounts, and tests the switch in it. */
export const proxyConfig = defineCheck({
  id: "proxy-config",
  title: "Proxy configuration",
  deadline: "45s",
  options: z.strictObject({
    ...composeOptions,
    service: z.string().describe("The proxy's service in that Compose project."),
    markerDirectory: z.string().describe("The folder on this host that holds the marker file."),
  }),
  look: async (options, context): Promise<Look> => {
    const limits = within(context);
    const running = (await containersOf(options.project, limits)).find(
      ({ service, status }) => service === options.service && status === "running",
    );
    const tested =
      running === undefined ? await testAnew(options, limits) : await testRunning(running.id, limits);
    if (tested === "no image") {
      return {
        status: "warn",
        summary: `the image of ${options.service} is not on this host yet, so its configuration could not be tested`,
        remedy: `docker compose -p ${options.project} -f ${options.files.join(" -f ")} build ${options.service}`,
        evidence: { service: options.service },
      };
    }
    return judgeDump(tested, options.markerDirectory);
  },
});
