import { afterEach, beforeEach, expect, test } from "bun:test";
import { docker, untilReady } from "../../../../sdk/systems/docker/index.ts";
import { checkedBy, goesOn, openProject, type Project } from "./containers.ts";

/** A health check whose first run is long in coming. */
const neverChecked = ["--health-cmd", "bun -e 0", "--health-interval", "60s"];

let project: Project;
let notes: string[];
beforeEach(() => {
  project = openProject();
  notes = [];
});
afterEach(() => project[Symbol.asyncDispose]());

const wait = (services: readonly string[], deadlineMs = 30_000) =>
  untilReady(project.name, services, { deadlineMs, note: (text) => notes.push(text) });

test("a container that becomes healthy is waited for, and one without a health check need only run", async () => {
  await project.start("plain", [], goesOn);
  await project.start("web", checkedBy("await Bun.sleep(1000)"), goesOn);
  expect(await wait(["web", "plain"])).toEqual({ state: "ready" });
  expect(notes).toEqual(["waiting for web"]);
}, 40_000);

test("a container that turns unhealthy ends the waiting, with what its health check said", async () => {
  await project.start("web", checkedBy('console.log("no database"); process.exit(1)'), goesOn);
  expect(await wait(["web"])).toMatchObject({
    state: "failed",
    service: "web",
    reason: 'is unhealthy: its health check exited 1, saying "no database"',
  });
}, 40_000);

test("a container that ends is not waited for any longer", async () => {
  await project.start("web", neverChecked, "process.exit(3)");
  expect(await wait(["web"])).toMatchObject({ state: "failed", reason: "exited with code 3" });
}, 40_000);

test("a container that keeps dying and being restarted is given up", async () => {
  const script = "setTimeout(() => process.exit(7), 200)";
  await project.start("web", ["--restart", "always", ...checkedBy("process.exit(1)")], script);
  expect(await wait(["web"])).toMatchObject({ state: "failed", service: "web" });
}, 40_000);

test("a container that is killed for want of memory says so", async () => {
  const script = "const kept = []; for (;;) kept.push(new Uint8Array(8e6).fill(1))";
  await project.start("web", ["--memory", "128m", "--memory-swap", "128m", ...neverChecked], script);
  const outcome = await wait(["web"]);
  expect(outcome).toMatchObject({ state: "failed" });
  expect(outcome.state === "failed" && outcome.reason).toStartWith("was killed for want of memory");
}, 40_000);

test("a service without a container is no ready service", async () => {
  expect(await wait(["web"])).toMatchObject({ state: "failed", reason: "has no container" });
}, 40_000);

test("a container that never becomes healthy is waited for until the deadline, and named", async () => {
  await project.start("web", neverChecked, goesOn);
  const started = performance.now();
  const thrown = await wait(["web"], 1_500).catch((error: unknown) => error);
  expect(thrown).toMatchObject({ code: "DEADLINE_EXCEEDED", details: { services: ["web"] } });
  expect(performance.now() - started).toBeLessThan(10_000);
}, 40_000);

test("a container that is taken away while it is waited for ends the waiting", async () => {
  const { id } = await project.start("web", neverChecked, goesOn);
  const waiting = wait(["web"]);
  await docker(["container", "rm", "--force", id], { deadlineMs: 20_000 });
  // It is killed first, and may be seen between that and its end.
  const reason = expect.stringMatching(/^(has no container|exited with code 137)$/);
  expect(await waiting).toMatchObject({ state: "failed", reason });
}, 40_000);
