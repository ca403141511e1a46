import type { Item } from "../../../../core/manifest/index.ts";
import type { Server } from "../../../../systems/postgres/index.ts";
import type { RestoreDesk } from "../../desk.ts";
import type { Goal } from "../../restored.ts";

export type DatabaseItem = Extract<Item, { type: "postgres" }>;

/** What the restores of one backup's databases share. */
export interface DatabaseRestore {
  desk: RestoreDesk;
  server: Server;
  backup: string;
  folder: string;
  goal: Goal;
}

/** How long a look at the server or at its disk may take, in milliseconds. */
export const lookMs = 30_000;
