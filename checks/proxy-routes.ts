import { z } from "zod";
import type { Look } from "../sdk/core/finding/index.ts";
import { exchange } from "../sdk/systems/http/index.ts";
import { defineCheck } from "./define.ts";
import { requestHeaders, requestOptions, shownUrl } from "./http/request.ts";
import { faultsOfRoute, routeSchema } from "./proxy-routes/judge.ts";

/** A page's whole body is of no interest here. */
const bodyLimit = 16e6;

/** Whether the front door leads each path to the service and the environment behind it that it should. */
export const proxyRoutes = defineCheck({
  id: "proxy-routes",
  title: "Routes",
  summary: "Whether the front door leads each path to its service in the right environment",
  example: `--front-door http://127.0.0.1:8080 --routes '{"path":"/api/version","service":"backend"}'`,
  deadline: "60s",
  options: z.strictObject({
    frontDoor: z.url({ protocol: /^https?$/ }).describe("The address that the paths start from."),
    routes: z
      .array(routeSchema)
      .min(1)
      .describe(
        "The table's rows: `path`, and what answers there: `status` (2xx without it), `service`, and `environment` where it is not the one named for all; null for what the proxy answers by itself.",
      ),
    environment: z.string().min(1).optional().describe("The environment that answers behind every path."),
    release: z.string().min(1).optional().describe("The release that it answers as."),
    environmentHeader: z
      .string()
      .default("x-environment")
      .describe("The answer's header that names the environment."),
    serviceHeader: z.string().default("x-service").describe("The header that names the service."),
    releaseHeader: z.string().default("x-release").describe("The header that names the release."),
    ...requestOptions,
  }),
  look: async ({ frontDoor, routes, timeout, caFile, ...expected }, context): Promise<Look> => {
    const headers = requestHeaders(expected, context);
    const judged = await Promise.all(
      routes.map(async (route) => {
        const url = new URL(route.path, frontDoor).href;
        const answer = await exchange({
          url,
          method: route.method,
          headers,
          timeoutMs: timeout,
          caFile,
          signal: context.signal,
          bodyLimit,
        });
        return { path: route.path, faults: faultsOfRoute(route, answer, expected) };
      }),
    );
    const faults = judged.flatMap(({ path, faults }) =>
      faults.length === 0 ? [] : [`${path} ${faults.join(", ")}`],
    );
    const evidence = { frontDoor: shownUrl(frontDoor), routes: judged };
    if (faults.length === 0)
      return { status: "pass", summary: `${routes.length} paths lead where they should`, evidence };
    return {
      status: "fail",
      summary: faults.join("; "),
      remedy:
        "compare the proxy's locations with the table of this check; `nginx -T` in its container prints them",
      evidence,
    };
  },
});
