import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import example from "../../examples/cell-hub/deployment.config.ts";
import { errorOf } from "../support/document.ts";
import { type ScriptRun, startScript } from "../support/script.ts";
import { openStack, type Stack } from "../support/stack.ts";
import { configurationOf } from "../support/variant.ts";

setDefaultTimeout(300_000);

let stack: Stack;
beforeAll(async () => {
  const { checks, containerLogs, redis } = example;
  stack = await openStack({ containerLogs, redis });
  configure(checks);
});
afterAll(() => stack[Symbol.asyncDispose]());

interface Seen {
  id: string;
  status: string;
  summary: string;
}

const findingsOf = ({ stdout }: ScriptRun): Seen[] => JSON.parse(stdout).result.findings;

test("the example's release proves itself: past the proxy before the switch, and through it afterwards", async () => {
  const deployed = await stack.deploy(["--release", "r1", "--skip-backup"]);
  expect(deployed.stderr).not.toContain("error[");
  expect(deployed.exitCode).toBe(0);
  const flags = ["--config", stack.configFile, "green", "--json"];
  const run = await startScript("post-deployment-verify", flags).ended;
  const findings = findingsOf(run);
  const bad = findings.filter(({ status }) => status !== "pass");
  expect(bad.map(({ id, status, summary }) => `${status} ${id}: ${summary}`)).toEqual([]);
  expect(run.exitCode).toBe(0);
  for (const id of [
    "postgres-read-write",
    "redis-read-write",
    "upload-roundtrip",
    "proxy-routes",
    "websocket:front door",
  ])
    expect(findings.map((finding) => finding.id)).toContain(id);
});

test("a release whose inference is not the known one is healthy, and never gets the traffic", async () => {
  const { checks } = configurationOf(stack);
  const tune = { "json-answer:inference": { options: { expect: { cells: 3 } } } };
  configure({ ...checks, tune });
  const run = await stack.deploy(["--release", "r2", "--skip-backup", "--json"]);
  expect(run.exitCode).toBe(1);
  const { code, message } = errorOf(run);
  expect(code).toBe("VERIFY_FAILED");
  expect(message).toContain("gives another answer: cells is 2, not 3");
  const served = await fetch(`${stack.frontDoor}/api/version`);
  expect(served.headers.get("x-release")).toBe("r1");
});

/** How fast an answer comes is this machine's matter, which others load. */
const patient = { options: { timeout: "60s" } };
const unhurried = {
  "http-endpoint": patient,
  "http-endpoint:page": { options: { maxLatency: "60s" } },
  "json-answer": patient,
  "upload-roundtrip": patient,
  websocket: patient,
};

/** The example's own configuration, for this stack. */
function configure(checks: { tune?: Record<string, unknown> | undefined } = {}): void {
  const { database } = configurationOf(stack);
  const named = { ...database, service: "postgres", name: "cell_hub", user: "cell_hub" };
  stack.writeConfiguration({
    database: named,
    checks: { ...checks, tune: { ...checks.tune, ...unhurried } },
  });
}
