import { expect, test } from "bun:test";
import { resolve } from "node:path";
import { dockerDaemon } from "../../../checks/index.ts";
import type { Finding } from "../../../sdk/core/finding/index.ts";
import { openRecorded } from "../systems/docker/recorded.ts";

const checks = resolve(import.meta.dir, "../../../checks/index.ts");
const look = `
  const { dockerDaemon } = await import(${JSON.stringify(checks)});
  console.log(JSON.stringify(await dockerDaemon({})));
`;

/** Looks from another process, whose user and environment can be others than this one's. */
async function lookAs(before: string[], env: Record<string, string> = {}): Promise<Finding> {
  const argv = [...before, process.execPath, "--no-env-file", "--no-install", "-e", look];
  const child = Bun.spawn(argv, { env: { ...process.env, ...env }, stdout: "pipe" });
  return JSON.parse(await new Response(child.stdout).text());
}

/** Reads any file, so that the checkout may lie anywhere, but may not write to the daemon's socket. */
const stranger = [
  ...["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"],
  ...["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"],
];

test("the daemon that runs answers with its version; live-restore decides between pass and warn", async () => {
  const finding = await lookAs([]);
  expect(finding.summary).toMatch(/^Docker \d+\./);
  expect(finding.status).toBe(finding.evidence["liveRestore"] === true ? "pass" : "warn");
  if (finding.status === "warn") expect(finding.remedy).toContain('"live-restore": true');
});

test("a daemon that does not run fails, with the way to start it", async () => {
  const finding = await lookAs([], { DOCKER_HOST: "unix:///no/such/docker.sock" });
  expect(finding).toMatchObject({ status: "fail", evidence: { code: "DOCKER_DOWN" } });
  expect(finding.remedy).toContain("systemctl start docker");
});

test("a host without the docker client fails, although the daemon could be asked without it", async () => {
  const finding = await lookAs([], { PATH: "/nonexistent" });
  expect(finding).toMatchObject({ status: "fail", evidence: { code: "TOOL_MISSING" } });
});

test("a client that is too old for the daemon fails, although the daemon answers", async () => {
  const said = "client version 1.41 is too old. Minimum supported API version is 1.44";
  await using socket = openRecorded(({ byClient }) =>
    byClient ? Response.json({ message: said }, { status: 400 }) : undefined,
  );
  const finding = await lookAs([], socket.env);
  expect(finding).toMatchObject({ status: "fail", evidence: { code: "COMMAND_FAILED" } });
  expect(finding.summary).toContain("too old");
});

test("a user who may not talk to it fails for that, and not as if it were down", async () => {
  const finding = await lookAs(stranger, { HOME: "/nonexistent", DOCKER_CONFIG: "/nonexistent" });
  expect(finding).toMatchObject({ status: "fail", evidence: { code: "DOCKER_DENIED" } });
  expect(finding.remedy).toContain("join the group docker");
});

test("a daemon that is older than what is asked for fails", async () => {
  const finding = await dockerDaemon({ minimumVersion: "999.1" });
  expect(finding.status).toBe("fail");
  expect(finding.summary).toMatch(/^Docker \d+\S* answers, and 999\.1 is the oldest that will do$/);
  const [own = ""] = /\d+(\.\d+)+/.exec(finding.summary) ?? [];
  for (const minimumVersion of ["1", own, `${own}.0`]) {
    expect((await dockerDaemon({ minimumVersion })).status).not.toBe("fail");
  }
  expect(await dockerDaemon({ minimumVersion: `${own}.1` })).toMatchObject({ status: "fail" });
});
