import { z } from "zod";
import type { Look } from "../sdk/core/finding/index.ts";
import { composeCommand, containersOf } from "../sdk/systems/docker/index.ts";
import { filesOfDump } from "../sdk/systems/nginx/index.ts";
import { defineCheck } from "./define.ts";
import { composeOptions, within } from "./options.ts";
import { describedService, type ProxyService } from "./proxy-config/described-service.ts";
import { judgeDump } from "./proxy-config/judge-dump.ts";
import { notInForce, sinceRead } from "./proxy-config/not-in-force.ts";
import { testAnew } from "./proxy-config/test-anew.ts";
import { testRunning } from "./proxy-config/test-running.ts";

/** Whether nginx takes its configuration where it runs, with its own names and mounts, and tests the switch in it. */
export const proxyConfig = defineCheck({
  id: "proxy-config",
  title: "Proxy configuration",
  summary: "Whether nginx takes its configuration, has read it, and tests for the marker",
  example:
    "--project shop-shared --files docker-compose.yml --directory . --service nginx --marker-directory nginx/switch",
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
    const [tested, age] =
      running === undefined
        ? [await testAnew(options, limits), undefined]
        : await Promise.all([testRunning(running.id, limits), sinceRead(running, limits)]);
    if (tested === "no image") {
      return {
        status: "warn",
        summary: `the image of ${options.service} is not on this host yet, so its configuration could not be tested`,
        remedy: composeCommand(options, ["build", options.service]),
        evidence: { service: options.service },
      };
    }
    const look = judgeDump(tested, options.markerDirectory);
    if (running === undefined || tested.exitCode !== 0) return look;
    if (look.status === "pass") {
      if (age === undefined) return look;
      const changed = await notInForce(running, [...filesOfDump(tested.dump).keys()], age, limits);
      return changed.length === 0 ? look : notRead(options, { changed, flags: tested.flags, look });
    }
    const { mounts } = await describedService(options, limits);
    const anew = judgeDump({ ...tested, mounts }, options.markerDirectory);
    return anew.status === "pass" ? outdated(options, look) : look;
  },
});

/** The files are right, and the proxy goes by what stood in them before. */
function notRead(
  on: ProxyService,
  { changed, flags, look }: { changed: readonly string[]; flags: readonly string[]; look: Look },
): Look {
  return {
    status: "warn",
    summary: `nginx has not read its configuration since ${changed.join(", ")} changed: that is right, and not in force`,
    remedy: `let it read it: ${composeCommand(on, ["exec", "-T", on.service, "nginx", ...flags, "-s", "reload"])}`,
    evidence: { ...look.evidence, changed },
  };
}

/** The files are right for one another, but not for the container, which was started with other mounts. */
function outdated(on: ProxyService, look: Look): Look {
  return {
    status: "warn",
    summary: `the proxy runs with mounts of an older Compose file: restarted as it is, it would lose the switch (${look.summary})`,
    remedy: `make it anew in a quiet minute: ${composeCommand(on, ["up", "-d", "--no-deps", on.service])}`,
    evidence: look.evidence ?? {},
  };
}
