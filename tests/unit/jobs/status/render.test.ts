import { expect, test } from "bun:test";
import { render, type Status } from "../../../../sdk/jobs/status/index.ts";
import { recordOf } from "../fake-desk.ts";

const plain = (text: string) => text;
const marked = (name: string) => (text: string) => `<${name}>${text}</${name}>`;
const colorless = { bold: plain, dim: plain, red: plain, green: plain, yellow: plain, cyan: plain };
const now = new Date("2026-11-20T21:17:00.000Z");

const answers = (release: string) => ({ ok: true, summary: `web answers as release ${release}` });

const good: Status = {
  project: "hub",
  serves: true,
  problems: [],
  proxy: "up",
  active: "green",
  environments: {
    blue: {
      state: "ready",
      release: "1",
      warm: true,
      services: [
        { name: "web", state: "ready", since: "2026-11-20T21:16:15.000Z", restarts: 2, direct: answers("1") },
      ],
    },
    green: {
      state: "ready",
      release: "2",
      warm: true,
      services: [
        { name: "web", state: "ready", since: "2026-11-20T18:02:00.000Z", restarts: 0, direct: answers("2") },
      ],
    },
  },
  deployments: [
    recordOf("3", {
      outcome: "failed",
      seconds: 12.34,
      code: "VERIFY_FAILED",
      reason: "web answers 500:\nno database",
    }),
    recordOf("2", { at: "2026-11-20T18:02:27.000Z", environment: "green" }),
  ],
  lastGood: "2",
  rollback: { release: "1", environment: "blue", instant: true, breaking: [] },
  bad: ["3"],
  unseen: [],
};

const shown = (changes: Partial<Status> = {}) => render({ ...good, ...changes }, colorless, now).join("\n");

test("a good status is told from the top: what serves, then each environment, then the ways out", () => {
  expect(shown()).toBe(`hub: green serves release 2

green  active  ready  release 2
  SERVICE  STATE  UP          RESTARTS  ANSWERS
  web      ready  3 h 15 min  0         yes

blue  idle  ready  release 1  warm: it can take the traffic at once
  SERVICE  STATE  UP    RESTARTS  ANSWERS
  web      ready  45 s  2         yes

proxy      up
last good  release 2
rollback   to release 1 in blue, at once
bad        3

DEPLOYMENTS           OUTCOME   RELEASE  IN     TOOK    WHY
2026-11-20 17:00 UTC  failed    3        blue   12.3 s  VERIFY_FAILED: web answers 500: no database
2026-11-20 18:02 UTC  deployed  2        green  1.0 s`);
});

test("what keeps the site from serving stands right under the first line", () => {
  const text = shown({ serves: false, proxy: "down", problems: ["the proxy does not answer"] });
  expect(text).toStartWith("hub: green does not serve release 2\n  the proxy does not answer\n");
});

test("what could not be looked at is told with what to do, and not taken for bad", () => {
  const unseen = [
    { what: "the containers", code: "DOCKER_DOWN" as const, message: "no daemon", remedy: "start it" },
  ];
  expect(shown({ serves: false, unseen })).toStartWith(
    "hub: green answers release 2, but its containers could not be looked at\ncould not look at the containers: no daemon\n  fix: start it\n",
  );
});

test("without an active environment both are shown, and neither has a role", () => {
  const { active, ...rest } = good;
  expect(active).toBe("green");
  const text = render({ ...rest, serves: false }, colorless, now).join("\n");
  expect(text).toStartWith("hub: it is not known what serves\n");
  expect(text).toContain("\nblue  ready  release 1\n");
});

test("a rollback that has to start something, or is blocked, says so", () => {
  const gone = { release: "1", environment: "blue", instant: false, startable: false, breaking: [] } as const;
  expect(shown({ rollback: gone })).toContain(
    "rollback   to release 1 in blue, which cannot be started: its images are gone",
  );
  const rollback = { release: "1", environment: "blue", instant: false, breaking: ["m2"] } as const;
  expect(shown({ rollback })).toContain(
    "rollback   to release 1 in blue, after it has been started; blocked by m2, which it cannot work with (--force goes back all the same)",
  );
  const older = { ...rollback, release: "0", insteadOf: "1", startable: true } as const;
  expect(shown({ rollback: older })).toContain(
    "to release 0 in blue, after it has been started; release 1, the last good one, cannot be started: its images are gone; blocked by m2, which it may not be able to work with",
  );
});

test("a run at work and one that was cut off are told", () => {
  const text = shown({
    running: {
      pid: 4711,
      command: "deploy-production",
      since: "2026-11-20T21:15:00.000Z",
      doing: "stage",
      release: "3",
    },
    unfinished: {
      run: "20261120-180227-001",
      command: "deploy",
      release: "3",
      startedAt: "2026-11-20T18:02:27.000Z",
      lastStep: "verify",
      remedy: "one goes on; two goes back",
    },
  });
  expect(text).toContain(
    "running       deploy-production with release 3 for 2 min, doing: stage (process 4711)",
  );
  expect(text).toContain(
    "unfinished    a deploy of release 3, begun 2026-11-20 18:02 UTC, was cut off in verify",
  );
  expect(text).toContain("  what to do  one goes on\n              two goes back");
});

test("with nothing deployed the way to begin is shown", () => {
  expect(shown({ deployments: [] })).toEndWith("nothing was deployed yet: ./scripts/deploy-production.ts");
});

test("an answer that fails is told where a service runs, and only said to be missing where none does", () => {
  const bad = { ok: false, summary: "web does not answer at http://127.0.0.1:4000/health: refused" };
  const environments = (state: "ready" | "stopped") => ({
    ...good.environments,
    blue: { state: "partial" as const, warm: false, services: [{ name: "web", state, direct: bad }] },
  });
  expect(shown({ environments: environments("ready") })).toContain("no: web does not answer at http");
  expect(shown({ environments: environments("stopped") })).not.toContain("does not answer");
});

test("nothing that others wrote can move the cursor or colour a line", () => {
  const evil = "\u001b[2J\u001b[31mgone\r\nhub: all is well";
  const text = shown({
    problems: [evil],
    serves: false,
    deployments: [recordOf("2", { reason: evil })],
    running: { pid: 1, command: evil, since: "2026-11-20T21:15:00.000Z", doing: evil },
    unseen: [{ what: "the lock", code: "UNEXPECTED", message: evil, remedy: evil }],
  });
  expect(text).not.toContain("\u001b");
  expect(text).not.toContain("\r");
  expect(text.split("\n").some((line) => line.startsWith("hub: all is well"))).toBe(false);
});

test("colours say what is good and what is not, and keep the columns straight", () => {
  const colors = {
    bold: plain,
    dim: plain,
    red: marked("red"),
    green: marked("green"),
    yellow: marked("yellow"),
    cyan: plain,
  };
  const text = render(good, colors, now).join("\n");
  expect(text).toContain("<green>hub: green serves release 2</green>");
  expect(text).toContain("<red>failed</red>");
  expect(text).toContain("<yellow>2</yellow>");
  const real = { ...colorless, green: (word: string) => `\u001b[32m${word}\u001b[39m` };
  expect(render(good, real, now).map(Bun.stripANSI).join("\n")).toBe(shown());
});
