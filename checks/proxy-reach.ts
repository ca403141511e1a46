import { z } from "zod";
import type { CheckContext, Look } from "../sdk/core/finding/index.ts";
import { composeCommand, containersOf, networkNames } from "../sdk/systems/docker/index.ts";
import { readModel } from "./compose/model.ts";
import { readVariables } from "./compose/variables.ts";
import { defineCheck } from "./define.ts";
import { lookOf } from "./faults.ts";
import { composeOptions, within } from "./options.ts";
import { type ProxyPlace, reachFaults } from "./proxy-reach/judge.ts";
import { type Places, placesOf } from "./proxy-reach/places.ts";

/** Whether the proxy will reach an environment: found out before its containers are made, and not by users after a switch. */
export const proxyReach = defineCheck({
  id: "proxy-reach",
  title: "Proxy's reach",
  summary: "Whether the proxy is in a network with every service it leads to, and told their addresses",
  example: `--project shop-shared --files docker-compose.shared.yml --directory . --service nginx --environment '{"project":"shop-green","files":"docker-compose.yml","directory":".","services":["web"]}'`,
  deadline: "30s",
  options: z.strictObject({
    ...composeOptions,
    service: z.string().describe("The proxy's service in that Compose project."),
    services: z
      .array(z.string())
      .default([])
      .describe("The services there that a deployment starts, and with them their networks."),
    environment: z
      .strictObject({ ...composeOptions, services: z.array(z.string()) })
      .describe("The environment's Compose project, and its services that the proxy leads to."),
  }),
  look: async ({ service, services: started, environment, ...shared }, context): Promise<Look> => {
    const limits = within(context);
    const [ofShared, ofEnvironment, containers, names] = await Promise.all([
      readPlaces(shared, context),
      readPlaces(environment, context),
      containersOf(shared.project, limits),
      networkNames(limits),
    ]);
    if (ofShared === undefined || ofEnvironment === undefined)
      return { status: "skip", summary: "Compose refuses the files: compose-files says which, and why" };
    const running = containers.find((one) => one.service === service && one.status === "running");
    const proxy: ProxyPlace = {
      service,
      networks: running?.networks ?? networksOf(ofShared, service),
      hosts: running?.extraHosts ?? ofShared.hosts(service),
      command: composeCommand(shared, ["up", "-d", "--no-deps", service]),
    };
    const made = [service, ...started]
      .flatMap((name) => networksOf(ofShared, name))
      .filter((name) => !ofShared.external.has(name));
    const { project, services } = environment;
    const networks = new Set([...names, ...made]);
    const faults = reachFaults({ proxy, project, services, places: ofEnvironment, networks });
    return lookOf(faults, {
      good: `${service} is in a network with ${services.join(", ")}`,
      evidence: { proxy: proxy.networks, hosts: proxy.hosts, running: running !== undefined },
    });
  },
});

type Described = Parameters<typeof readVariables>[0] & Parameters<typeof readModel>[0];

/** Where the services of a Compose project are; undefined where Compose takes its files in no way. */
async function readPlaces(on: Described, context: CheckContext): Promise<Places | undefined> {
  const model = await readModel(on, readVariables(on), within(context));
  return model.accepted ? placesOf(model, on.project) : undefined;
}

function networksOf(places: Places, service: string): string[] {
  const found = places.of(service);
  return found === "host" ? ["host"] : found.map(({ network }) => network);
}
