import { expect } from "bun:test";
import type { Status } from "../../sdk/jobs/status/index.ts";
import { expectNothingLost } from "./crowd.ts";
import { damagedFiles, isUnfinished } from "./journals.ts";
import { type Cut, statusOf } from "./kill.ts";
import { type Layout, layoutOf, type Scene } from "./scene.ts";
import { migrationsLeft, opposite } from "./standing.ts";

/** What a person runs after a run was cut off. */
const commands = ["deploy", "--resume", "--abort", "--quick-rollback"] as const;
export type Command = (typeof commands)[number];

export interface Expected {
  exitCode: number;
  layout: Layout;
}

/** Runs the command, and sees that it leads to the one state that what the killed run left allows. */
export async function follow(scene: Scene, cut: Cut, command: Command): Promise<void> {
  const next = cut.unfinished && !cut.switched ? cut.release : (cut.before.idle.release ?? cut.release);
  const flags = command === "deploy" ? ["--release", next] : [command];
  await leadsTo(scene, flags, await expectedOf(scene, cut, command, next));
}

async function expectedOf({ stack }: Scene, cut: Cut, command: Command, next: string): Promise<Expected> {
  if (command === "--quick-rollback") {
    if (cut.unfinished && !cut.switched && !cut.takenBack && cut.command === "deploy")
      return wayBack(cut, await statusOf(stack));
    if (cut.begun && !cut.unfinished && cut.command === "rollback")
      return furtherBack(cut, await statusOf(stack));
  }
  return expectedAfter(cut, command, next);
}

/** A rollback that was killed too late to matter has made the release that it left a bad one: the next leads further back. */
function furtherBack({ before, release: serving }: Cut, { rollback }: Status): Expected {
  const { environment, release: left } = before.serving;
  const now = done({ environment: opposite(environment), release: serving }, left);
  if (rollback === undefined) return { ...now, exitCode: 4 };
  expect(rollback.release).not.toBe(left);
  return done({ environment, release: rollback.release }, serving);
}

/** A deployment that never got traffic is taken back; then what serves is left for the last good release before it. */
function wayBack({ before, release: killed }: Cut, { rollback }: Status): Expected {
  if (rollback === undefined) return { exitCode: 4, layout: before };
  expect(rollback.release).not.toBe(killed);
  expect(rollback.release).not.toBe(before.serving.release);
  const to = opposite(before.serving.environment);
  return done({ environment: to, release: rollback.release }, before.serving.release);
}

/** Runs the script, and sees where it ends, that nothing is unfinished any more, and that the users noticed nothing. */
export async function leadsTo(scene: Scene, flags: readonly string[], expected: Expected): Promise<void> {
  const { stack, crowd } = scene;
  const run = await stack.deploy([...flags, "--json"]);
  if (run.exitCode !== expected.exitCode)
    throw new Error(`${flags.join(" ")} ended with ${run.exitCode}:\n${run.stderr}`);
  expect({ exitCode: run.exitCode, layout: await layoutOf(stack) }).toEqual(expected);
  expect(isUnfinished(stack)).toBe(false);
  expect(damagedFiles(stack)).toEqual([]);
  expect(await migrationsLeft(stack)).toEqual([]);
  expectNothingLost(await crowd.seen());
}

function expectedAfter(cut: Cut, command: Command, next: string): Expected {
  if (!cut.begun) return afterNothing(cut, command, next);
  if (!cut.unfinished) return afterTheEnd(cut, command, next);
  const { before, release } = cut;
  const from = before.serving.environment;
  const to = opposite(from);
  switch (command) {
    case "deploy":
      // A switch that was made stays when its release serves well, and the next release goes to the other side.
      return cut.switched && !cut.failed
        ? done({ environment: from, release: next }, release)
        : done({ environment: to, release: next }, before.serving.release);
    case "--resume":
      return done({ environment: to, release }, before.serving.release);
    case "--abort":
      return { exitCode: 0, layout: before };
    case "--quick-rollback":
      // A rollback is made; a deployment that had switched is switched back, and that is all where it was already.
      return cut.command === "rollback"
        ? done({ environment: to, release }, before.serving.release)
        : { exitCode: 0, layout: before };
  }
}

/** The run had not even begun: there is nothing to go on with, or to take back. */
function afterNothing({ before }: Cut, command: Command, next: string): Expected {
  const to = opposite(before.serving.environment);
  switch (command) {
    case "deploy":
      return done({ environment: to, release: next }, before.serving.release);
    case "--quick-rollback":
      return done({ environment: to, release: before.idle.release ?? "" }, before.serving.release);
    case "--resume":
    case "--abort":
      return { exitCode: 2, layout: before };
  }
}

/** The run had written its end: it was killed too late to matter. */
function afterTheEnd({ before, release }: Cut, command: Command, next: string): Expected {
  const from = before.serving.environment;
  const to = opposite(from);
  switch (command) {
    case "deploy":
      return done({ environment: from, release: next }, release);
    case "--quick-rollback":
      return done(before.serving, release);
    case "--resume":
    case "--abort":
      return { exitCode: 2, layout: done({ environment: to, release }, before.serving.release).layout };
  }
}

/** One release serves, and the one before it stays warm. */
function done(serving: Layout["serving"], before: string): Expected {
  return { exitCode: 0, layout: { serving, idle: { state: "ready", release: before } } };
}
