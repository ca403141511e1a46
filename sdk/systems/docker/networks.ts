import { z } from "zod";
import { askDocker, type DockerOptions, unheard } from "./client.ts";
import { askEngine } from "./engine.ts";

const listSchema = z.array(z.object({ Name: z.string() }));

/**
 * The names of every network.
 *
 * @throws Failure as `docker` does.
 */
export async function networkNames(options: DockerOptions): Promise<string[]> {
  const listed = await askEngine("/networks", options);
  if (listed) return listSchema.parse(listed).map(({ Name }) => Name);
  const printed = await askDocker(["network", "ls", "--format", "{{.Name}}"], unheard(options));
  return printed.split("\n").filter(Boolean);
}
