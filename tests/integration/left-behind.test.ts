import { expect, test } from "bun:test";
import { docker } from "../../sdk/systems/docker/index.ts";
import { removeLeftBehind } from "../runner/left-behind.ts";

const options = { deadlineMs: 30_000 };

/** The number of a process that was, and is no more. */
async function deadProcess(): Promise<number> {
  const child = Bun.spawn(["true"]);
  await child.exited;
  return child.pid;
}

test("what a test process that is dead has made goes, and what a living one has made stays", async () => {
  const dead = await deadProcess();
  const [left, used] = [`swt-${dead.toString(36)}-x-shared`, `swt-${process.pid.toString(36)}-x-shared`];
  const container = `switchover-test-redis-${dead}`;
  for (const name of [left, used]) await docker(["volume", "create", name], options);
  await docker(["container", "create", "--name", container, "switchover/bun:1.4.5", "--version"], options);
  try {
    const gone = await removeLeftBehind();
    expect(gone).toContain(left);
    expect(gone).toContain(container);
    expect(gone).not.toContain(used);
    expect(await docker(["volume", "ls", "--quiet", "--filter", `name=${used}`], options)).toBe(`${used}\n`);
    expect(await docker(["volume", "ls", "--quiet", "--filter", `name=${left}`], options)).toBe("");
  } finally {
    await docker(["volume", "rm", used], options);
  }
});
