import { rmSync } from "node:fs";
import { z } from "zod";
import { docker } from "../../sdk/systems/docker/index.ts";
import type { Gigabyte } from "./database.ts";
import { watchMemory } from "./memory.ts";

const documentSchema = z.object({
  result: z.object({
    times: z.array(
      z.object({
        item: z.string(),
        rawBytes: z.number(),
        bytes: z.number(),
        madeSeconds: z.number(),
        provenSeconds: z.number(),
      }),
    ),
  }),
});

export interface Ours {
  /** Until the dump was whole and on the disk, and from then on until it was proven. */
  madeSeconds: number;
  provenSeconds: number;
  /** Of the script, all processes that it started, and what these started in the container; megabytes. */
  peakMB: number;
  rawBytes: number;
  bytes: number;
}

/** Backs the database up with the script, as its user would, and keeps nothing of it. */
export async function backUpWithOurs({ server, project }: Gigabyte): Promise<Ours> {
  const first = await docker(["inspect", "--format", "{{.State.Pid}}", server.container], {
    deadlineMs: 20_000,
  });
  const started = project.start("backup-db", ["--json"]);
  using memory = watchMemory(started.child.pid, {
    container: Number(first),
    programs: ["pg_dump", "pg_restore", "pg_dumpall"],
  });
  const { exitCode, stdout, stderr } = await started.ended;
  if (exitCode !== 0) throw new Error(stderr);
  const dump = documentSchema.parse(JSON.parse(stdout)).result.times.find(({ item }) => item === "app");
  if (dump === undefined) throw new Error("the database is not in the backup");
  rmSync(project.backups, { recursive: true });
  return { ...dump, peakMB: memory.peakMB };
}
