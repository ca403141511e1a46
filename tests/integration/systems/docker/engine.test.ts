import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createShare } from "../../../../sdk/core/process/index.ts";
import {
  allMounts,
  containersOf,
  daemon,
  docker,
  findImage,
  imagesInUse,
  imageUser,
  inspect,
  networkNames,
  portHolders,
  startedWith,
} from "../../../../sdk/systems/docker/index.ts";
import { goesOn, openProject, type Project, type Started } from "./containers.ts";
import { openRecorded } from "./recorded.ts";

const deadlineMs = 60_000;
const image = "switchover/bun:1.4.5";
const folder = mkdtempSync(join(tmpdir(), "switchover-engine-"));

let project: Project;
let one: Started;
/** What makes every question go by the docker client. */
let byClient: { DOCKER_API_VERSION: string };

beforeAll(async () => {
  project = openProject();
  const flags = ["--publish", "127.0.0.1::80", "--volume", `${folder}:/data:ro`, "--env", "A=b c"];
  one = await project.start("one", flags, goesOn);
  const ended = await project.start("ended", [], "process.exit(3)");
  await docker(["container", "wait", ended.name], { deadlineMs });
  const version = await docker(["version", "--format", "{{.Server.APIVersion}}"], { deadlineMs });
  byClient = { DOCKER_API_VERSION: version.trim() };
}, 120_000);

afterAll(async () => {
  await project[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
}, 60_000);

/** Every question about what is this test's own, in answers that do not move while nothing happens. */
async function everything(env: Record<string, string>) {
  const options = { deadlineMs, env };
  const own = <Item>(items: readonly Item[], test: (item: Item) => boolean) => items.filter(test);
  return {
    daemon: await daemon(options),
    containers: await containersOf(project.name, options),
    holders: own(await portHolders(options), ({ id }) => id === one.id),
    mounts: own(await allMounts(options), ({ source }) => source === folder),
    started: await startedWith(one.name, options),
    image: await findImage(image, options),
    user: await imageUser(image, options),
    networks: own(await networkNames(options), (name) => ["bridge", "host", "none"].includes(name)).sort(),
    inUse: [...(await imagesInUse(options))].includes((await findImage(image, options))?.id ?? ""),
  };
}

test("the daemon tells by its socket what the docker client tells, and no client is started for it", async () => {
  await using socket = openRecorded();
  const seen = await everything(socket.env);
  expect(socket.requests.length).toBeGreaterThan(8);
  // Volumes are still asked for by the client.
  const byItself = socket.requests.filter(({ path }) => !/^\/_ping$|\/volumes(\/|$)/.test(path));
  expect(byItself.filter((request) => request.byClient)).toEqual([]);
  expect(seen).toEqual(await everything(byClient));
  expect(seen.containers.map(({ service, exitCode }) => [service, exitCode])).toContainEqual(["ended", 3]);
  expect(seen.holders[0]?.published[0]?.port).toBeGreaterThan(0);
  expect(seen).toMatchObject({
    inUse: true,
    networks: ["bridge", "host", "none"],
    mounts: [{ source: folder, target: "/data" }],
  });
}, 120_000);

test("an image that is not here, and one whose name leads elsewhere in the API, are no images", async () => {
  for (const name of ["switchover/nowhere:1", "../info", "x/../../containers", "a?b#c"]) {
    expect(await findImage(name, { deadlineMs })).toBeUndefined();
  }
}, 60_000);

test("what is asked at the same moment is asked once", async () => {
  await using socket = openRecorded();
  const options = { deadlineMs, env: socket.env, share: createShare() };
  const answers = await Promise.all([daemon(options), daemon(options), daemon(options)]);
  expect(new Set(answers.map(({ version }) => version)).size).toBe(1);
  expect(socket.requests).toEqual([{ path: "/info", byClient: false }]);
}, 60_000);

test("what the daemon refuses is told in the docker client's words", async () => {
  await using socket = openRecorded(() =>
    Response.json({ message: "no room left for this" }, { status: 500 }),
  );
  const asked = containersOf(project.name, { deadlineMs, env: socket.env });
  expect(await asked.catch((thrown) => thrown)).toMatchObject({
    code: "COMMAND_FAILED",
    why: expect.stringContaining("no room left for this"),
  });
  expect(socket.requests.some((request) => request.byClient)).toBe(true);
}, 60_000);

test("an answer that is cut off is asked for again, by the docker client", async () => {
  await using socket = openRecorded(({ path, byClient }) =>
    path === "/info" && !byClient ? new Response('{"ServerVersion": "2') : undefined,
  );
  const { version } = await daemon({ deadlineMs, env: socket.env });
  expect(version).toBe((await daemon({ deadlineMs })).version);
}, 60_000);

test("however many containers there are, the docker client's answer is read whole", async () => {
  const many = Array.from({ length: 900 }, () => one.id);
  expect(await inspect(many, { deadlineMs, env: byClient })).toHaveLength(900);
  expect(await inspect(many, { deadlineMs })).toHaveLength(900);
}, 60_000);

test("a daemon that hangs is waited for until the deadline, and no longer than anybody wants to know", async () => {
  const hung = join(folder, "hung.sock");
  const server = Bun.listen({ unix: hung, socket: { data() {} } });
  const env = { DOCKER_HOST: `unix://${hung}` };
  try {
    const late = daemon({ deadlineMs: 200, env }).catch((thrown) => thrown);
    expect(await late).toMatchObject({ code: "DEADLINE_EXCEEDED" });
    const stop = new AbortController();
    const stopped = daemon({ deadlineMs, env, signal: stop.signal }).catch((thrown) => thrown);
    stop.abort();
    expect(await stopped).toMatchObject({ code: "INTERRUPTED" });
  } finally {
    server.stop(true);
  }
}, 60_000);
