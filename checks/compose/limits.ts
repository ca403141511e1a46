import { z } from "zod";
import type { ComposeProject, DockerOptions } from "../../sdk/systems/docker/index.ts";
import { readModel } from "./model.ts";
import { readVariables } from "./variables.ts";

/** Version 2 of Compose prints bytes, version 1 what is written: "256m" in powers of 1024. */
const memorySchema = z.union([z.number(), z.string()]).transform((value, context) => {
  const [, amount, unit = ""] = /^(\d+(?:\.\d+)?)\s*([kmgt]?)b?$/i.exec(String(value).trim()) ?? [];
  const power = ["", "k", "m", "g", "t"].indexOf(unit.toLowerCase());
  if (amount !== undefined) return Number(amount) * 1024 ** power;
  context.addIssue({ code: "custom", message: "expected an amount of memory" });
  return z.NEVER;
});

const serviceSchema = z.object({
  mem_limit: memorySchema.optional(),
  scale: z.number().optional(),
  deploy: z
    .object({
      replicas: z.number().optional(),
      resources: z.object({ limits: z.object({ memory: memorySchema.optional() }).optional() }).optional(),
    })
    .nullish(),
});

export interface Limits {
  /** What the limits add up to, that of a service once for each of its replicas. */
  bytes: number;
  /** The services that may take what they like. */
  unlimited: string[];
}

/** The memory limits of a Compose project's services; undefined where Compose refuses its files, which is told elsewhere. */
export async function composeLimits(
  on: ComposeProject & { services: readonly string[]; variables: Readonly<Record<string, string>> },
  options: DockerOptions,
): Promise<Limits | undefined> {
  const model = await readModel(on, readVariables(on), options);
  if (!model.accepted) return undefined;
  const limits = on.services.map((name) => {
    const { mem_limit, scale, deploy } = serviceSchema.parse(model.services[name] ?? {});
    const each = mem_limit ?? deploy?.resources?.limits?.memory;
    return { name, bytes: each === undefined ? undefined : each * (deploy?.replicas ?? scale ?? 1) };
  });
  return {
    bytes: limits.reduce((sum, { bytes = 0 }) => sum + bytes, 0),
    unlimited: limits.filter(({ bytes }) => bytes === undefined).map(({ name }) => name),
  };
}
