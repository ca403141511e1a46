import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  type ContainerEvent,
  composeLabels,
  containerEvents,
  docker,
} from "../../../../sdk/systems/docker/index.ts";
import { goesOn, openProject, type Project } from "./containers.ts";

let project: Project;
beforeEach(() => {
  project = openProject();
});
afterEach(() => project[Symbol.asyncDispose]());

/** The `docker events` commands that listen to this project, by process id. */
async function listeners(): Promise<number[]> {
  const listed = Bun.spawnSync(["ps", "-eo", "pid=,args="]).stdout.toString().split("\n");
  return listed
    .filter((line) => /\bdocker events\b/.test(line) && line.includes(project.name))
    .map((line) => Number.parseInt(line, 10));
}

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + 20_000; Date.now() < end; await Bun.sleep(20)) {
    const seen = await look();
    if (seen !== undefined) return seen;
  }
  throw new Error("it did not come about within 20 s");
}

const listener = () => until(async () => (await listeners())[0]);
const restart = (name: string) =>
  docker(["container", "restart", "--time", "0", name], { deadlineMs: 20_000 });

/** Makes things happen until the listener, which takes a moment to be connected, has heard of one. */
async function heardNext(next: Promise<IteratorResult<ContainerEvent>>, name: string) {
  for (;;) {
    await restart(name);
    const heard = await Promise.race([next, Bun.sleep(1_000)]);
    if (heard !== undefined) return heard;
  }
}

test("what happens to a project's containers is heard, and nothing of others", async () => {
  await using other = openProject();
  const web = await project.start("web", [], goesOn);
  const stranger = await other.start("web", [], goesOn);
  await using heard = containerEvents(composeLabels.project, project.name);
  await restart(stranger.name);
  const { value } = await heardNext(heard.events.next(), web.name);
  expect(value).toMatchObject({ containerId: web.id });
}, 60_000);

test("events go on after they were cut", async () => {
  const web = await project.start("web", [], goesOn);
  await using heard = containerEvents(composeLabels.project, project.name);
  await heardNext(heard.events.next(), web.name);
  // What has been heard already is handed out first.
  let next = heard.events.next();
  while ((await Promise.race([next, Bun.sleep(1_500)])) !== undefined) next = heard.events.next();
  const first = await listener();
  process.kill(first, "SIGKILL");
  await until(async () => (await listeners()).find((pid) => pid !== first));
  const { value, done } = await heardNext(next, web.name);
  expect(done).toBe(false);
  expect(value).toMatchObject({ containerId: web.id });
}, 60_000);

test("letting go ends the listening, and leaves no command behind", async () => {
  const heard = containerEvents(composeLabels.project, project.name);
  await listener();
  const next = heard.events.next();
  await heard[Symbol.asyncDispose]();
  expect((await next).done).toBe(true);
  expect(await listeners()).toEqual([]);
}, 60_000);
