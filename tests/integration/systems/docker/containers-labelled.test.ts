import { afterEach, beforeEach, expect, test } from "bun:test";
import { containersOf, docker, inspect, startedWith } from "../../../../sdk/systems/docker/index.ts";
import { checkedBy, goesOn, openProject, type Project } from "./containers.ts";

const options = { deadlineMs: 20_000 };

let project: Project;
beforeEach(() => {
  project = openProject();
});
afterEach(() => project[Symbol.asyncDispose]());

test("a project's containers are found by its exact name, with what Docker says of each", async () => {
  const { id } = await project.start("web", ["--env", "A=b=c", ...checkedBy("process.exit(0)")], goesOn);
  const [web, ...others] = await containersOf(project.name, options);
  expect(others).toEqual([]);
  expect(web).toMatchObject({ id, service: "web", status: "running", restarts: 0, restartPolicy: "no" });
  expect(web?.environment).toContain("A=b=c");
  expect(await containersOf(project.name.slice(0, -1), options)).toEqual([]);
}, 40_000);

test("a container of a single run is no container of the project's services", async () => {
  await project.start("web", ["--label", "com.docker.compose.oneoff=True"], goesOn);
  expect(await containersOf(project.name, options)).toEqual([]);
}, 40_000);

test("a container that has ended is found, with its exit code", async () => {
  const { name } = await project.start("web", [], "process.exit(3)");
  await docker(["container", "wait", name], options);
  expect(await containersOf(project.name, options)).toMatchObject([{ status: "exited", exitCode: 3 }]);
}, 40_000);

test("one that is gone by now is left out, and the others are told", async () => {
  const { id } = await project.start("web", [], goesOn);
  expect((await inspect(["switchover-test-gone", id], options)).map((one) => one.id)).toEqual([id]);
  expect(await inspect(["switchover-test-gone"], options)).toEqual([]);
}, 40_000);

test("a look tells the log nothing of the variables, and still what Docker complains of", async () => {
  const { id } = await project.start("web", ["--env", "TOKEN=hush-hush"], goesOn);
  const said: string[] = [];
  const listening = { ...options, onLine: (line: string) => void said.push(line) };
  await containersOf(project.name, listening);
  await startedWith(id, listening);
  expect(said).toEqual([]);
  const nowhere = { ...listening, env: { DOCKER_HOST: "unix:///no/such/docker.sock" } };
  expect(await inspect([id], nowhere).catch((thrown) => thrown)).toMatchObject({ code: "DOCKER_DOWN" });
  expect(said.join("\n")).toMatch(/cannot connect to the docker daemon/i);
  expect(said.join("\n")).not.toContain("hush-hush");
}, 40_000);

test("a refusal is not taken for there being none", async () => {
  const refusing = { ...options, env: { DOCKER_API_VERSION: "1.99" } };
  const thrown = await inspect(["switchover-test-gone"], refusing).catch((error: unknown) => error);
  expect(thrown).toMatchObject({ code: "COMMAND_FAILED" });
}, 40_000);
