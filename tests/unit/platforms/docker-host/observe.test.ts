import { expect, test } from "bun:test";
import { summarise } from "../../../../sdk/platforms/docker-host/observe.ts";
import { container } from "../../systems/docker/container.ts";

const members = [
  { name: "web", composeService: "green-web" },
  { name: "ml", composeService: "green-ml" },
];
const labelled = (release: string) => ({ "switchover.release": release });
const web = (changes: Parameters<typeof container>[0] = {}) =>
  container({ service: "green-web", labels: labelled("2"), ...changes });
const ml = (changes: Parameters<typeof container>[0] = {}) =>
  container({ service: "green-ml", labels: labelled("2"), ...changes });

test("an environment of which nothing exists is absent, and has no release", () => {
  expect(summarise(members, [])).toMatchObject({ state: "absent", release: undefined });
});

test("an environment is ready when every service of it is, with the release that all carry", () => {
  expect(summarise(members, [web(), ml()])).toMatchObject({
    state: "ready",
    release: "2",
    services: [
      { name: "web", state: "ready", release: "2", since: "2026-11-20T18:02:27.000Z", restarts: 0 },
      { name: "ml", state: "ready", release: "2", since: "2026-11-20T18:02:27.000Z", restarts: 0 },
    ],
  });
});

test("an environment is stopped when everything of it exists and nothing runs", () => {
  const exited = { status: "exited" } as const;
  expect(summarise(members, [web(exited), ml(exited)])).toMatchObject({ state: "stopped", release: "2" });
});

test.each([
  ["a service is missing", [web()], undefined],
  ["a service is stopped", [web(), ml({ status: "exited" })], "2"],
  ["a service is unhealthy", [web(), ml({ health: "unhealthy" })], "2"],
  ["a service still starts", [web(), ml({ health: "starting" })], "2"],
])("an environment is there in part when %s", (_, containers, release) => {
  const state = summarise(members, containers);
  expect(state.state).toBe("partial");
  expect(state.release === release).toBe(true);
});

test("a service that was configured since is no part of what stands", () => {
  const alone = web({ labels: { ...labelled("1"), "switchover.services": "web" } });
  const state = summarise(members, [alone]);
  expect(state).toMatchObject({ state: "ready", release: "1" });
  expect(state.services.map(({ name }) => name)).toEqual(["web"]);
});

test("a service that was renamed since, with its Compose service as it was, stands there by its new name", () => {
  const started = { labels: { ...labelled("1"), "switchover.services": "web,brain" } };
  const state = summarise(members, [web(started), ml(started)]);
  expect(state).toMatchObject({ state: "ready", release: "1" });
  expect(state.services.map(({ name }) => name)).toEqual(["web", "ml"]);
});

test("a service that was started with the others, and is gone, is missed", () => {
  const left = web({ labels: { ...labelled("1"), "switchover.services": "web,ml" } });
  expect(summarise(members, [left])).toMatchObject({ state: "partial", release: undefined });
});

test("containers of two releases have none together", () => {
  expect(summarise(members, [web(), ml({ labels: labelled("1") })])).toMatchObject({
    state: "ready",
    release: undefined,
  });
});

test("a stack that Switchover did not start is ready without a release", () => {
  const unlabelled = { labels: {} };
  expect(summarise(members, [web(unlabelled), ml(unlabelled)])).toMatchObject({
    state: "ready",
    release: undefined,
  });
});

test.each([
  ["running", "healthy", "ready"],
  ["running", "none", "ready"],
  ["running", "starting", "starting"],
  ["running", "unhealthy", "unhealthy"],
  ["restarting", "none", "unhealthy"],
  ["paused", "healthy", "unhealthy"],
  ["created", "none", "stopped"],
  ["exited", "unhealthy", "stopped"],
  ["dead", "none", "stopped"],
] as const)("a container that is %s and %s makes its service %s", (status, health, state) => {
  expect(summarise(members, [web({ status, health })]).services[0]?.state).toBe(state);
});

test("only what runs has a time since when", () => {
  expect(summarise(members, [web({ status: "exited" })]).services[0]?.since).toBeUndefined();
});

test.each([
  ["stopped", { status: "exited" }, "unhealthy"],
  ["unhealthy", { health: "unhealthy" }, "unhealthy"],
  ["starting", { health: "starting" }, "starting"],
  ["refused", { status: "created", error: "no such device" }, "unhealthy"],
  ["ready", {}, "ready"],
] as const)("every container of a service counts: one that is %s beside a ready one", (_, changes, state) => {
  for (const replicas of [
    [web(changes), web()],
    [web(), web(changes)],
  ])
    expect(summarise(members, replicas).services[0]).toMatchObject({ state, release: "2" });
});

test("containers of one service that carry two releases have none together, and all restarts count", () => {
  const [first] = summarise(members, [
    web({ labels: labelled("1"), restarts: 1 }),
    web({ restarts: 2 }),
  ]).services;
  expect(first).toMatchObject({ state: "ready", release: undefined, restarts: 3 });
});

test("a container that a cut-off Compose never started is no part of a service that runs", () => {
  const left = web({ status: "created", health: "none", labels: labelled("3") });
  expect(summarise(members, [left, web(), ml()])).toMatchObject({ state: "ready", release: "2" });
});

test("containers that are no service of the environment are not looked at", () => {
  expect(summarise(members, [container({ service: "green-web-old" })]).state).toBe("absent");
});
