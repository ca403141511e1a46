import { succeed } from "../../sdk/core/process/index.ts";
import type { Stack } from "./stack.ts";

/** Asks the stack's database one question: columns with `|` between them, one row a line. */
export async function sql(stack: Stack, query: string): Promise<string> {
  const postgres = stack.container("shared", "postgres");
  const argv = ["docker", "exec", postgres, "psql", "-U", "cell_hub", "-d", "cell_hub", "-tA", "-c", query];
  return (await succeed(argv, { deadlineMs: 20_000 })).trim();
}
