import { expect, test } from "bun:test";
import { releaseAnswers } from "../../../checks/index.ts";
import { freePorts } from "../../support/free.ts";
import { openProject, type Project } from "../systems/docker/containers.ts";
import { until } from "./fixture.ts";

const answering = (release: string) => `
  Bun.serve({ port: 3001, fetch: () => new Response("ok", { headers: { "x-release": ${JSON.stringify(release)} } }) });
`;

/** Two replicas of a service, of which the host's port leads to the first only. */
async function twoReplicas(project: Project, second: string): Promise<string> {
  const [port = 0] = await freePorts(1);
  await project.start("web", ["--publish", `127.0.0.1:${port}:3001`], answering("r2"));
  const labels = ["--label", "com.docker.compose.service=web", "--expose", "3001"];
  await project.start("web-2", labels, answering(second));
  const url = `http://127.0.0.1:${port}/health`;
  await until(async () => (await fetch(url).catch(() => undefined))?.ok === true);
  return url;
}

test("every replica of the release passes, asked at its own address", async () => {
  await using project = openProject();
  const url = await twoReplicas(project, "r2");
  const look = () => releaseAnswers({ url, release: "r2", project: project.name, service: "web" });
  await until(async () => (await look()).status === "pass");
  expect((await look()).evidence["replicas"]).toEqual([`${project.name}-web`, `${project.name}-web-2`]);
});

test("a stale replica that the host's port never leads to is found, and named", async () => {
  await using project = openProject();
  const url = await twoReplicas(project, "r1");
  expect(await releaseAnswers({ url, release: "r2" })).toMatchObject({ status: "pass" });
  const look = () => releaseAnswers({ url, release: "r2", project: project.name, service: "web" });
  await until(async () => (await look()).summary.includes("as release"));
  const finding = await look();
  expect(finding.status).toBe("fail");
  expect(finding.summary).toBe(`${project.name}-web-2 answers as release r1, not r2 (1 of 7 times)`);
});

test("replicas of which nobody knows where to ask them warn: they may be of another release", async () => {
  await using project = openProject();
  await project.start("web", ["--label", "com.docker.compose.service=web"], answering("r2"));
  using door = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () => new Response("ok", { headers: { "x-release": "r2" } }),
  });
  const look = { url: door.url.href, release: "r2", project: project.name, service: "web" };
  const finding = await releaseAnswers(look);
  expect(finding.status).toBe("warn");
  expect(finding.summary).toContain(`at which port ${project.name}-web can be asked alone is not known`);
});

test("a service without a running container fails", async () => {
  await using project = openProject();
  const url = await twoReplicas(project, "r2");
  const finding = await releaseAnswers({ url, release: "r2", project: project.name, service: "ml" });
  expect(finding).toMatchObject({ status: "fail", evidence: { code: "CONTAINER_MISSING" } });
});
