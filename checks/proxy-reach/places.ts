import { z } from "zod";
import type { Model } from "../compose/model.ts";

/** A network that a service is in, by the name that Docker knows. */
export interface Place {
  network: string;
  /** The address that the service always has there. */
  address: string | undefined;
}

/** Where the services of a Compose project are. */
export interface Places {
  /** "host" for a service that has the network of the machine itself. */
  of: (service: string) => readonly Place[] | "host";
  /** The networks that Compose finds, and does not make. */
  external: ReadonlySet<string>;
  /** The names and addresses that a service is given by hand. */
  hosts: (service: string) => readonly string[];
}

const attachment = z.object({ ipv4_address: z.string().optional() }).nullable();
const hosts = z.union([
  z.array(z.string()),
  z.record(z.string(), z.string()).transform((named) => Object.values(named)),
]);
const serviceSchema = z.object({
  network_mode: z.string().optional(),
  networks: z
    .union([
      z.record(z.string(), attachment),
      z.array(z.string()).transform((names) => Object.fromEntries(names.map((name) => [name, null]))),
    ])
    .optional(),
  extra_hosts: hosts.default([]),
});
const networkSchema = z
  .object({
    name: z.string().optional(),
    external: z.union([z.boolean(), z.object({ name: z.string().optional() })]).default(false),
  })
  .nullish();

/** Reads from what Compose made of its files where each service is. Version 1 leaves out the names that it makes up. */
export function placesOf(model: Extract<Model, { accepted: true }>, project: string): Places {
  const networks = new Map(
    Object.entries(model.networks).map(([key, value]) => [key, networkOf(key, networkSchema.parse(value))]),
  );
  const service = (name: string) => serviceSchema.parse(model.services[name] ?? {});
  return {
    external: new Set([...networks.values()].filter(({ external }) => external).map(({ name }) => name)),
    hosts: (name) => service(name).extra_hosts,
    of(name) {
      const { network_mode, networks: attached = { default: null } } = service(name);
      if (network_mode !== undefined && network_mode !== "bridge") return "host";
      return Object.entries(attached).map(([key, value]) => ({
        network: networks.get(key)?.name ?? `${project}_${key}`,
        address: value?.ipv4_address,
      }));
    },
  };

  function networkOf(key: string, value: z.infer<typeof networkSchema>): { name: string; external: boolean } {
    const { name, external = false } = value ?? {};
    const named = typeof external === "boolean" ? name : (external.name ?? name);
    return { name: named ?? (external === false ? `${project}_${key}` : key), external: external !== false };
  }
}
