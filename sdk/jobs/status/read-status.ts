import type { Configuration } from "../../core/config/index.ts";
import type { Platform } from "../../platforms/index.ts";
import { storeOf } from "../deploy/index.ts";
import { assemble } from "./assemble.ts";
import { look } from "./looks.ts";
import { withStartable } from "./startable.ts";
import type { Status } from "./status.ts";

export interface StatusOptions {
  /** How many ended deployments are told. */
  last: number;
}

/** How a project stands now. Changes nothing, takes no lock, and may be asked while a deployment runs. */
export async function readStatus(
  configuration: Configuration,
  platform: Platform,
  { last }: StatusOptions,
): Promise<Status> {
  const services = configuration.services.map(({ name }) => name);
  const looks = await look(configuration, platform);
  const status = assemble(looks, { project: configuration.project, services, last });
  return withStartable(status, looks.history.seen ?? [], storeOf(configuration).releases, platform);
}
