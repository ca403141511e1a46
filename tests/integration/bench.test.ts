import { expect, test } from "bun:test";
import { runWrk } from "../../bench/support/wrk.ts";
import { parseWrk } from "../../bench/support/wrk-report.ts";
import { run } from "../../sdk/core/process/index.ts";
import { docker } from "../../sdk/systems/docker/index.ts";
import { deadProcess } from "../support/dead-process.ts";
import { checkout } from "../support/stack.ts";

const deadlineMs = 60_000;
const never = new AbortController().signal;

test("wrk counts every answer that is an error", async () => {
  let asked = 0;
  using server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: () => {
      asked += 1;
      return new Response("", { status: asked % 2 === 0 ? 500 : 200 });
    },
  });
  const report = await runWrk(`http://127.0.0.1:${server.port}/`, 1, never);
  expect(report.socketErrors).toBe(0);
  expect(report.non2xx).toBeGreaterThan(report.requests / 3);
  expect(report.non2xx).toBeLessThanOrEqual(report.requests);
});

test("wrk counts connections that are cut under it", async () => {
  let bytes = 0;
  using server = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(socket) {
        bytes += 1;
        if (bytes % 10 === 0) socket.terminate();
        else socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
      },
    },
  });
  const report = await runWrk(`http://127.0.0.1:${server.port}/`, 1, never);
  expect(report.socketErrors).toBeGreaterThan(0);
});

test("a load goes to this machine only", async () => {
  const refused = await runWrk("http://192.0.2.1/", 1, never).catch(String);
  expect(refused).toContain("not an address of this machine");
});

test.each([
  ["no summary", "Requests/sec: 12.5\n"],
  ["two of them", '{"requests":1}\n{"requests":1}\n'],
  ["a field missing", '{"durationUs":1,"requests":1}\n'],
  [
    "no request answered",
    '{"durationUs":1,"requests":0,"bytes":0,"p99Us":0,"connect":0,"read":0,"write":0,"timeout":0,"status":0}\n',
  ],
])("what wrk prints is refused with %s", (_, printed) => {
  expect(() => parseWrk(printed)).toThrow();
});

test("a benchmark removes what a killed one has left, prints one JSON document, and sees a package of Azure where one is loaded", async () => {
  const argv = [
    "bun",
    "--no-env-file",
    "--no-install",
    `${checkout}/bench/startup.ts`,
    "--json",
    "--rounds",
    "1",
  ];
  const left = `swt-${(await deadProcess()).toString(36)}-cost-upstream`;
  await docker(["container", "create", "--name", left, "switchover/bun:1.4.5", "--version"], { deadlineMs });
  const { exitCode, stdout, stderr } = await run(argv, { deadlineMs, cwd: "/" });
  expect(exitCode).toBe(0);
  expect(stderr).toMatch(new RegExp(`^removed, left by .*\\b${left}\\b`, "m"));
  const printed = JSON.parse(stdout);
  expect(printed).toMatchObject({ name: "startup", rounds: 1, figures: { azureModulesOfDryRun: 0 } });
  expect(printed.figures.azureModulesOfControl).toBeGreaterThan(0);
  expect(printed.ratios.helpVsBareBun).toBeGreaterThan(0);
}, 90_000);

test("a benchmark refuses what it does not know", async () => {
  const { exitCode, stderr } = await run(["bun", `${checkout}/bench/switch.ts`, "--round"], {
    deadlineMs: 10_000,
  });
  expect(exitCode).toBe(2);
  expect(stderr).toContain("usage: bun bench/switch.ts");
});
