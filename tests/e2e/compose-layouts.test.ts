import { expect, test } from "bun:test";
import { succeed } from "../../sdk/core/process/index.ts";
import { oneFilePerColour, oneProject } from "../support/colour-files.ts";
import { documentOf } from "../support/document.ts";
import { setVariables } from "../support/env-file.ts";
import { deploysTwiceAndBack, quickStack } from "../support/twice-and-back.ts";

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

async function startOf(container: string): Promise<string> {
  const argv = ["docker", "container", "inspect", "--format", "{{.Id}} {{.State.StartedAt}}", container];
  return succeed(argv, { deadlineMs: 20_000 });
}
