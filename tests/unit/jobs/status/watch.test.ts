import { expect, test } from "bun:test";
import type { Status } from "../../../../sdk/jobs/status/index.ts";
import { watch } from "../../../../sdk/jobs/status/watch.ts";

const plain = (text: string) => text;
const colors = { bold: plain, dim: plain, red: plain, green: plain, yellow: plain, cyan: plain };
const absent = { state: "absent", warm: false, services: [] } as const;

const statusOf = (project: string): Status => ({
  project,
  serves: true,
  problems: [],
  proxy: "up",
  active: "blue",
  environments: { blue: absent, green: absent },
  deployments: [],
  bad: [],
  unseen: [],
});

test("a block is shown for each look, and told apart from one in which nothing changed", async () => {
  const projects = ["a", "a", "b"];
  const end = new AbortController();
  const shown: string[] = [];
  await watch({
    look: async () => statusOf(projects.shift() ?? "b"),
    intervalMs: 1,
    signal: end.signal,
    colors,
    show: ([first = ""], changed) => {
      shown.push(`${changed} ${first}`);
      if (shown.length === 4) end.abort();
      return true;
    },
  });
  expect(shown).toEqual([
    "true a: blue serves",
    "false a: blue serves",
    "true b: blue serves",
    "false b: blue serves",
  ]);
});

test("looks never overlap, however slow they are", async () => {
  const end = new AbortController();
  let looking = 0;
  let most = 0;
  let looks = 0;
  await watch({
    look: async () => {
      looking += 1;
      most = Math.max(most, looking);
      await Bun.sleep(15);
      looking -= 1;
      looks += 1;
      if (looks === 4) end.abort();
      return statusOf("a");
    },
    intervalMs: 1,
    signal: end.signal,
    colors,
    show: () => true,
  });
  expect(most).toBe(1);
});

test("Ctrl-C ends a long wait, and a look that hangs, at once", async () => {
  for (const look of [async () => statusOf("a"), () => new Promise<Status>(() => {})]) {
    const started = performance.now();
    await watch({ look, intervalMs: 60_000, signal: AbortSignal.timeout(30), colors, show: () => true });
    expect(performance.now() - started).toBeLessThan(2_000);
  }
});

test("a watch that was ended before it began looks at nothing", async () => {
  const look = () => Promise.reject(new Error("looked"));
  expect(
    await watch({ look, intervalMs: 1, signal: AbortSignal.abort(), colors, show: () => true }),
  ).toBeUndefined();
});

test("a watch ends when nobody reads on", async () => {
  let looks = 0;
  const look = async () => {
    looks += 1;
    return statusOf("a");
  };
  await watch({ look, intervalMs: 1, signal: new AbortController().signal, colors, show: () => false });
  expect(looks).toBe(1);
});
