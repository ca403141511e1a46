import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import example from "../../../../examples/cell-hub/deployment.config.ts";
import { parseConfiguration } from "../../../../sdk/core/config/index.ts";
import { releasesToKeep } from "../../../../sdk/jobs/deploy/index.ts";

type Ended = [release: string, outcome: "deployed" | "rolled-back" | "failed", previous?: string];

/** A project in which these releases were made, one a day, and these runs ended, one a day. */
function projectOf(made: readonly string[], ended: readonly Ended[]) {
  const root = mkdtempSync(join(tmpdir(), "switchover-keep-"));
  mkdirSync(join(root, ".switchover/releases"), { recursive: true });
  for (const [day, id] of made.entries()) {
    const release = {
      id,
      createdAt: new Date(Date.UTC(2026, 0, day + 1)).toISOString(),
      images: { app: `sha256:${id}` },
    };
    writeFileSync(join(root, ".switchover/releases", `${id}.json`), JSON.stringify(release));
  }
  const lines = ended.map(([release, outcome, previous], day) =>
    JSON.stringify({
      run: `202601${String(day + 1).padStart(2, "0")}-000000-001`,
      at: new Date(Date.UTC(2026, 0, day + 1)).toISOString(),
      outcome,
      release,
      environment: "blue",
      seconds: 1,
      previous,
      ...(outcome === "failed" ? { code: "VERIFY_FAILED", command: "deploy" } : {}),
    }),
  );
  writeFileSync(join(root, ".switchover/history.jsonl"), `${lines.join("\n")}\n`);
  return {
    keep: (count: number) =>
      releasesToKeep(parseConfiguration({ ...example, root }, join(root, "config/x.ts")), count),
    [Symbol.dispose]: () => rmSync(root, { recursive: true }),
  };
}

test("what serves, what a rollback leads to, the newest that served well and the newest that were made are kept", () => {
  using project = projectOf(
    ["a", "b", "c", "d", "e", "f", "g"],
    [
      ["a", "deployed"],
      ["b", "deployed", "a"],
      ["c", "deployed", "b"],
      ["d", "deployed", "c"],
      ["b", "rolled-back", "d"],
      ["e", "failed", "b"],
      ["f", "failed", "b"],
    ],
  );
  const { releases, inService, pinned, unfinished } = project.keep(2);
  // d and e, f are bad; c is where a rollback from b leads; f and g were made last.
  expect(inService).toEqual(["b", "d"]);
  expect([...releases].sort()).toEqual(["b", "c", "d", "f", "g"]);
  expect(pinned.map(({ id }) => id).sort()).toEqual(["b", "c", "d", "f", "g"]);
  expect(unfinished).toBeUndefined();
});

test("the last good release is kept however many were made since", () => {
  using project = projectOf(
    ["a", "b", "c", "d", "e", "f", "g", "h"],
    [["a", "deployed"], ...["b", "c", "d", "e", "f", "g", "h"].map((id): Ended => [id, "failed", "a"])],
  );
  expect(project.keep(2).releases).toContain("a");
});

test("before the first deployment nothing serves, and what was made stays", () => {
  using project = projectOf(["a"], []);
  expect(project.keep(2)).toMatchObject({ releases: ["a"], inService: [] });
});
