import { expect, test } from "bun:test";
import { resolve } from "node:path";
import { memory } from "../../../checks/index.ts";
import { succeed } from "../../../sdk/core/process/index.ts";
import { fixture } from "./fixture.ts";

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

test("the limits of the services that will be started count, where they say more than the minimum", async () => {
  const limited = (limit: string) => `
services:
  web: { image: "web:1", mem_limit: ${limit} }
  worker: { image: "web:1", deploy: { replicas: 2, resources: { limits: { memory: 32m } } } }
  tool: { image: "web:1", mem_limit: 800t }
  free: { image: "web:1" }
`;
  await using on = fixture({ "compose.yml": limited("32m") });
  const { project, directory, files } = on;
  const environment = { project, directory, files, services: ["web", "worker", "free"] };
  const finding = await memory({ minimum: 1, environment });
  expect(finding).toMatchObject({ status: "pass" });
  expect(finding.evidence).toMatchObject({ limits: 96 * 2 ** 20, unlimited: ["free"] });
  on.write("compose.yml", limited("900t"));
  const hopeless = await memory({ minimum: 1, environment });
  expect(hopeless.status).toBe("fail");
  expect(hopeless.summary).toContain("which the services' limits add up to");
});
