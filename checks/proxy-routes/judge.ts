import { z } from "zod";
import type { Exchanged } from "../../sdk/systems/http/index.ts";
import { saysOnly } from "../http/request.ts";
import { oneOrMore } from "../options.ts";

export const routeSchema = z.strictObject({
  path: z.string().startsWith("/"),
  method: z.enum(["GET", "HEAD"]).default("GET"),
  status: oneOrMore(z.int().min(100).max(599)).optional(),
  service: z.string().optional(),
  environment: z.string().nullable().optional(),
});

export type Route = z.output<typeof routeSchema>;

export interface Expected {
  environment?: string | undefined;
  release?: string | undefined;
  environmentHeader: string;
  serviceHeader: string;
  releaseHeader: string;
}

/** What is wrong with what answered at a path; nothing when it is the one that should. */
export function faultsOfRoute(route: Route, answer: Exchanged, expected: Expected): string[] {
  if (!answer.ok) return [`gives no answer: ${answer.reason}`];
  const { status, service } = route;
  const right =
    status === undefined ? answer.status >= 200 && answer.status < 300 : status.includes(answer.status);
  const environment = route.environment === undefined ? expected.environment : route.environment;
  // What the proxy answers by itself is no release.
  const release = route.environment === null ? undefined : expected.release;
  const named = (header: string, wanted: string | null | undefined, what: string): string[] => {
    if (wanted === undefined || wanted === null) return [];
    const told = answer.headers.get(header.toLowerCase());
    if (told !== undefined && saysOnly(told, wanted)) return [];
    return [
      told === undefined
        ? `does not say which ${what} answers (${header})`
        : `is answered by ${what} ${told}, not ${wanted}`,
    ];
  };
  return [
    ...(right ? [] : [`answers ${answer.status}, not ${status?.join(" or ") ?? "2xx"}`]),
    ...named(expected.serviceHeader, service, "service"),
    ...named(expected.environmentHeader, environment, "environment"),
    ...named(expected.releaseHeader, release, "release"),
  ];
}
