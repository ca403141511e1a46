import { expect, test } from "bun:test";
import { resolve } from "node:path";
import { succeed } from "../../../sdk/core/process/index.ts";

const checkout = resolve(import.meta.dir, "../../..");

test("a control group's limit counts where it leaves less than the machine has", async () => {
  const look = `
    const { memory } = await import("/checkout/checks/index.ts");
    console.log(JSON.stringify(await memory({ minimum: "2GB" })));
  `;
  const run = ["docker", "run", "--rm", "--memory", "300m", "--volume", `${checkout}:/checkout:ro`];
  const argv = [...run, "--entrypoint", "bun", "switchover/bun:1.4.5", "-e", look];
  const finding = JSON.parse(await succeed(argv, { deadlineMs: 60_000 }));
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain("under the limit of /sys/fs/cgroup");
  expect(finding.evidence.available).toBeLessThan(300 * 2 ** 20);
});
