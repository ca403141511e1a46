import { succeed } from "../../sdk/core/process/index.ts";
import type { Stack } from "./stack.ts";

/** Asks the stack's database, or another one of its server, one question: columns with `|` between them, one row a line. */
export async function sql(stack: Stack, query: string, database = "cell_hub"): Promise<string> {
  const postgres = stack.container("shared", "postgres");
  const argv = ["docker", "exec", postgres, "psql", "-U", "cell_hub", "-d", database, "-tA", "-c", query];
  return (await succeed(argv, { deadlineMs: 20_000 })).trim();
}
