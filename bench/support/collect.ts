import type { Following } from "../../sdk/core/process/index.ts";

/** All that a command prints, once it has ended. */
export async function collect({ lines }: Following): Promise<string> {
  const printed: string[] = [];
  for await (const line of lines) printed.push(line);
  return printed.join("\n");
}
