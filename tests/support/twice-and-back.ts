import { expect } from "bun:test";
import { documentOf } from "./document.ts";
import { setVariables } from "./env-file.ts";
import { openStack, type Stack } from "./stack.ts";
import { servingOf } from "./standing.ts";

/** Two deployments and the way back, on a stack whose Compose files are laid out in one way or another. */
export async function deploysTwiceAndBack(stack: Stack, env: Record<string, string> = {}): Promise<void> {
  const first = await stack.deploy(["--release", "r1"], env);
  expect({ exitCode: first.exitCode, stderr: first.stderr }).toMatchObject({ exitCode: 0 });
  expect(await servingOf(stack)).toEqual({ environment: "green", release: "r1" });

  const second = await stack.deploy(["--release", "r2"], env);
  expect({ exitCode: second.exitCode, stderr: second.stderr }).toMatchObject({ exitCode: 0 });
  expect(await servingOf(stack)).toEqual({ environment: "blue", release: "r2" });

  const back = await stack.deploy(["--quick-rollback", "--json"], env);
  expect(documentOf(back).result).toMatchObject({ warm: true });
  expect(await servingOf(stack)).toEqual({ environment: "green", release: "r1" });
}

/** A copy of the example that nobody waits for. */
export async function quickStack(): Promise<Stack> {
  const stack = await openStack({
    watch: { duration: "500ms", interval: "100ms" },
    drain: { timeout: "300ms" },
  });
  const { blue, green } = stack.prepared.envFiles;
  for (const file of [blue, green]) setVariables(file, { MODEL_LOAD_SECONDS: "0" });
  return stack;
}
