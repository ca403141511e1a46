import { afterAll, beforeAll, expect, test } from "bun:test";
import { containerLogs } from "../../../checks/index.ts";
import { docker } from "../../../sdk/systems/docker/index.ts";
import { openProject, type Started } from "../systems/docker/containers.ts";
import { until } from "./fixture.ts";

const project = openProject();
afterAll(() => project[Symbol.asyncDispose]());

let good: Started;
let bad: Started;

/** Writes to both streams, the second one a line that no buffer was made for. */
const talks = (first: string) => `
  const { existsSync, writeFileSync } = require("node:fs");
  console.log("\\u001b[32mListening\\u001b[0m at: http://0.0.0.0:8000");
  console.error("x".repeat(3_000_000) + (existsSync("/second") ? "fine" : ${JSON.stringify(first)}));
  writeFileSync("/second", "");
  console.log("end of the start");
  setInterval(() => {}, 1000);
`;
const numpy = "A module that was compiled using NumPy 1.x cannot be run in NumPy 2.0";

beforeAll(async () => {
  [good, bad] = await Promise.all([
    project.start("good", [], talks("fine")),
    project.start("bad", [], talks(numpy)),
  ]);
  for (const { name } of [good, bad])
    await until(async () => (await logged(name)).includes("end of the start"), 30_000);
});

function logged(container: string): Promise<string> {
  return docker(["container", "logs", container], { deadlineMs: 20_000 });
}

const wanted = { contains: ["Listening at"], lacks: ["compiled using NumPy 1.x"] };

test("a log with what it must have, and nothing that it may not have, passes", async () => {
  const finding = await containerLogs({ project: project.name, services: ["good"], ...wanted });
  expect(finding).toMatchObject({ status: "pass" });
  expect(finding.summary).toContain(`3 lines of ${good.name} are right`);
});

test("a forbidden word on the other stream fails, with the words around it and no more", async () => {
  const finding = await containerLogs({ project: project.name, ...wanted });
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain(`${bad.name} logged "compiled using NumPy 1.x"`);
  expect(finding.summary).not.toContain(good.name);
  expect(JSON.stringify(finding).length).toBeLessThan(2_000);
});

test("a text that was never logged fails", async () => {
  const finding = await containerLogs({ container: good.name, contains: "Starting gunicorn" });
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain('never logged "Starting gunicorn"');
});

test("what was logged before the last start does not count", async () => {
  await docker(["container", "restart", "--time", "0", bad.id], { deadlineMs: 30_000 });
  await until(async () => (await logged(bad.name)).split("end of the start").length === 3);
  expect(await containerLogs({ container: bad.name, ...wanted })).toMatchObject({ status: "pass" });
});

test("what was logged longer ago than is asked does not count either", async () => {
  const finding = await containerLogs({ container: good.name, contains: "Listening at", since: "1ms" });
  expect(finding.summary).toContain("never logged");
});

test("a service without a running container, and a check that asks nothing, are no pass", async () => {
  const finding = await containerLogs({ project: project.name, services: ["ml"], contains: "x" });
  expect(finding).toMatchObject({ status: "fail", evidence: { code: "CONTAINER_MISSING" } });
  expect(finding.summary).toContain("no container runs for ml");
  expect(() => containerLogs.with({ container: good.name })).toThrow("the options");
  expect(() => containerLogs.with({ contains: "x" })).toThrow("the options");
});
