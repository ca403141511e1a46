import { afterAll, beforeAll, expect, test } from "bun:test";
import { containerResources } from "../../../checks/index.ts";
import { goesOn, openProject, type Started } from "../systems/docker/containers.ts";

const project = openProject();
afterAll(() => project[Symbol.asyncDispose]());

const limits = ["--memory", "400m"];

/** Takes 2 MB more every 50 ms, up to 200 MB; untouched pages would cost nothing. */
const leaks = `
  const held = [];
  setInterval(() => { if (held.length < 100) held.push(Buffer.alloc(2e6, 7)); }, 50);
`;

/** Takes a processor for half of the time, and most of its memory. */
const works = `
  globalThis.held = Buffer.alloc(260e6, 7);
  setInterval(() => { const until = Date.now() + 50; while (Date.now() < until); }, 100);
`;

let quiet: Started;
let leaking: Started;
let busy: Started;
beforeAll(async () => {
  quiet = await project.start("quiet", limits, goesOn);
  busy = await project.start("busy", limits, works);
});

test("a container that keeps within its limits passes, with what it uses", async () => {
  const finding = await containerResources({ container: quiet.name, window: "1s", growth: "60MB", cpu: 80 });
  expect(finding).toMatchObject({ status: "pass" });
  expect(finding.summary).toContain(quiet.name);
});

test("memory that grows fails, though it is far from its limit", async () => {
  leaking = await project.start("leaking", limits, leaks);
  const finding = await containerResources({ container: leaking.name, window: "4s", growth: "10MB" });
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain(`${leaking.name}'s memory grew by`);
});

test("a processor that is kept busy, and memory near its limit, fail", async () => {
  const finding = await containerResources({ container: busy.name, window: "1s", cpu: 1, memory: 50 });
  expect(finding.status).toBe("fail");
  expect(finding.summary).toMatch(/uses \d+ % of its \d+ MB of memory, more than 50 %/);
  expect(finding.summary).toMatch(/uses \d+ % of a processor, more than 1 %/);
});
