import { expect, test } from "bun:test";
import { succeed } from "../../sdk/core/process/index.ts";
import { oneFilePerColour, oneProject } from "../support/colour-files.ts";
import { composeV1 } from "../support/compose-v1.ts";
import { documentOf } from "../support/document.ts";
import { setVariables } from "../support/env-file.ts";
import { openStack, type Stack } from "../support/stack.ts";
import { servingOf } from "../support/standing.ts";

/** Two deployments and the way back, on a stack whose Compose files are laid out in one way or another. */
async function deploysTwiceAndBack(stack: Stack, env: Record<string, string> = {}): Promise<void> {
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

async function quickStack(): Promise<Stack> {
  const stack = await openStack({
    watch: { duration: "500ms", interval: "100ms" },
    drain: { timeout: "300ms" },
  });
  const { blue, green } = stack.prepared.envFiles;
  for (const file of [blue, green]) setVariables(file, { MODEL_LOAD_SECONDS: "0" });
  return stack;
}

test("one Compose file for each colour, with the colour in the services' names", async () => {
  await using stack = await quickStack();
  oneFilePerColour(stack);
  await deploysTwiceAndBack(stack);
});

test("one Compose project that names both colours, of which only the idle one is ever touched", async () => {
  await using stack = await quickStack();
  oneProject(stack);
  await deploysTwiceAndBack(stack);

  const started = await startOf(`${stack.prepared.projects.blue}-green-backend-1`);
  setVariables(stack.prepared.envFiles.blue, { MISBEHAVE_BACKEND: "crash-on-start" });
  const failed = await stack.deploy(["--release", "r3", "--json"]);
  expect(documentOf(failed)).toMatchObject({
    exitCode: 1,
    error: { code: "SERVICE_CRASHED", why: expect.stringContaining("crashing on start, as asked") },
  });
  expect(failed.stderr).toContain("blue runs release r2 again");
  expect(await startOf(`${stack.prepared.projects.blue}-green-backend-1`)).toBe(started);
});

test("Compose of version 1", async () => {
  await using stack = await quickStack();
  await deploysTwiceAndBack(stack, { SWITCHOVER_COMPOSE: await composeV1() });
});

async function startOf(container: string): Promise<string> {
  const argv = ["docker", "container", "inspect", "--format", "{{.Id}} {{.State.StartedAt}}", container];
  return succeed(argv, { deadlineMs: 20_000 });
}
