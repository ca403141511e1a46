import { z } from "zod";
import { parseSize } from "../../core/config/index.ts";
import { askDocker, type DockerOptions, unheard } from "./client.ts";

const statsSchema = z.object({ ID: z.string(), CPUPerc: z.string(), MemUsage: z.string() });

/** What a container uses. */
export interface Usage {
  id: string;
  /** Percent of one processor, over about a second. */
  cpuPercent: number;
  /** Bytes, without what the kernel caches of files. */
  memory: number;
  /** What it may use at most: its own limit, or the machine's memory. */
  memoryLimit: number;
}

/**
 * What running containers use now; one that stops meanwhile is left out. It takes one to two seconds, because a share
 * of a processor is a difference.
 *
 * @throws Failure as `docker` does.
 */
export async function usageOf(ids: readonly string[], options: DockerOptions): Promise<Usage[]> {
  const args = ["container", "stats", "--no-stream", "--no-trunc", "--format", "{{json .}}", ...ids];
  const lines = (await askDocker(args, unheard(options))).split("\n").filter(Boolean);
  return lines.map((line) => statsSchema.parse(JSON.parse(line))).flatMap(asUsage);
}

/** Docker writes `--` for what it does not know (yet, or any more). */
function asUsage({ ID, CPUPerc, MemUsage }: z.infer<typeof statsSchema>): Usage[] {
  const [memory, memoryLimit] = MemUsage.split(" / ").map(parseSize);
  const cpuPercent = Number.parseFloat(CPUPerc);
  if (memory === undefined || memoryLimit === undefined || Number.isNaN(cpuPercent)) return [];
  return memoryLimit === 0 ? [] : [{ id: ID, cpuPercent, memory, memoryLimit }];
}
