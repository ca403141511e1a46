import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { Failure } from "../../../../sdk/core/errors/index.ts";
import type { Course, JournalEntry, StepName } from "../../../../sdk/jobs/deploy/course.ts";
import { runSteps } from "../../../../sdk/jobs/deploy/run-steps.ts";
import { done, type Step, skipped } from "../../../../sdk/jobs/deploy/step.ts";
import { courseOf, deploymentOf, type FakeDesk, openFakeDesk } from "../fake-desk.ts";

let desk: FakeDesk;
let happened: string[];
beforeEach(() => {
  desk = openFakeDesk();
  happened = [];
});
afterEach(() => desk[Symbol.dispose]());

interface StepParts extends Partial<Step> {
  undone?: string | Error;
}

function step(name: StepName, { undone = "put back", ...rest }: StepParts = {}): Step {
  return {
    name,
    run: async () => {
      happened.push(`run ${name}`);
      return done();
    },
    undo: async () => {
      happened.push(`undo ${name}`);
      if (undone instanceof Error) throw undone;
      return undone;
    },
    ...rest,
  };
}

function failing(name: StepName, thrown: unknown, rest: StepParts = {}): Step {
  return step(name, {
    run: async () => {
      happened.push(`run ${name}`);
      throw thrown;
    },
    ...rest,
  });
}

const unhealthy = () =>
  new Failure("SERVICE_UNHEALTHY", { message: "web is unhealthy", remedy: "read its log" });

async function failureOf(steps: readonly Step[], course: Course = courseOf()): Promise<Failure> {
  using deployment = deploymentOf(desk, course);
  const thrown = await runSteps(steps, deployment).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof Failure) return thrown;
  throw new Error("it did not fail", { cause: thrown });
}

/** A deployment whose journal writes so many records and no more. */
function withJournalFor(records: number) {
  const deployment = deploymentOf(desk);
  const { journal } = deployment;
  let written = 0;
  const append = (entry: JournalEntry) => {
    written += 1;
    if (written > records)
      throw new Failure("JOURNAL_NOT_WRITTEN", { message: "the disk is full", remedy: "free space" });
    journal.append(entry);
  };
  return { ...deployment, journal: { ...journal, append } };
}

test("steps run in their order, each told from its beginning to its end", async () => {
  using deployment = deploymentOf(desk);
  const skipping = step("migrate", { run: async () => skipped("nothing is pending") });
  const times = await runSteps([step("build"), skipping, step("switch")], deployment);
  expect(happened).toEqual(["run build", "run switch"]);
  expect(times.map((time) => `${time.step} ${time.outcome}`)).toEqual([
    "build done",
    "migrate skipped",
    "switch done",
  ]);
  expect(desk.said).toEqual([
    "begin build",
    "done build",
    "begin migrate",
    "skipped migrate",
    "begin switch",
    "done switch",
  ]);
});

test("every step is in the journal before it begins", async () => {
  using deployment = deploymentOf(desk);
  const written: string[] = [];
  const { journal } = deployment;
  const append = (entry: JournalEntry) => {
    journal.append(entry);
    if (entry.kind === "step") written.push(`${entry.phase} ${entry.step}`);
  };
  const looking = step("build", {
    run: async () => {
      expect(written.at(-1)).toBe("starting build");
      return done();
    },
  });
  await runSteps([looking], { ...deployment, journal: { ...journal, append } });
  expect(written).toEqual(["starting build", "done build"]);
});

test("when a step fails, it and those before it are put back in reverse, with exit code 1", async () => {
  const { code, exitCode } = await failureOf([
    step("build"),
    step("stage"),
    failing("verify", unhealthy()),
    step("switch"),
  ]);
  expect({ code, exitCode }).toEqual({ code: "SERVICE_UNHEALTHY", exitCode: 1 });
  expect(happened).toEqual([
    "run build",
    "run stage",
    "run verify",
    "undo verify",
    "undo stage",
    "undo build",
  ]);
});

test("a failure that needs a person keeps its exit code where nothing had been changed", async () => {
  const refused = new Failure("PRE_CHECK_FAILED", { message: "no space", remedy: "free some" });
  const bare: Step = {
    name: "pre-check",
    run: async () => {
      throw refused;
    },
  };
  expect((await failureOf([bare])).exitCode).toBe(4);
});

test("a step that cannot be put back keeps no other from it, and a person is needed", async () => {
  const failure = await failureOf([
    step("build"),
    step("stage", { undone: new Error("no space left") }),
    failing("verify", unhealthy(), { undone: new Error("it is gone") }),
  ]);
  expect(happened.slice(-3)).toEqual(["undo verify", "undo stage", "undo build"]);
  expect(failure).toMatchObject({
    code: "UNDO_FAILED",
    exitCode: 4,
    why: "verify: it is gone\nstage: no space left",
  });
  expect(failure.message).toStartWith("web is unhealthy; ");
  expect(failure.remedy).toContain("--abort");
  expect(failure.details).toMatchObject({ first: "SERVICE_UNHEALTHY" });
});

test("an interruption ends the step, puts everything back, and exits 130", async () => {
  const waiting = step("verify", {
    run: async (_, work) => {
      desk.interrupt();
      work.signal.throwIfAborted();
      return done();
    },
  });
  const { code, exitCode } = await failureOf([step("stage"), waiting]);
  expect({ code, exitCode }).toEqual({ code: "INTERRUPTED", exitCode: 130 });
  expect(happened).toEqual(["run stage", "undo verify", "undo stage"]);
});

test("after an interruption no further step begins", async () => {
  const last = step("stage", {
    run: async () => {
      desk.interrupt();
      return done();
    },
  });
  expect((await failureOf([last, step("switch")])).code).toBe("INTERRUPTED");
  expect(happened).not.toContain("run switch");
  expect(happened).toContain("undo stage");
});

test("putting back is not itself interrupted", async () => {
  let aborted: boolean | undefined;
  const undone = step("stage", {
    undo: async (_, work) => {
      aborted = work.signal.aborted;
      return "put back";
    },
  });
  const interrupted = step("verify", {
    run: async () => {
      desk.interrupt();
      throw new DOMException("interrupted", "AbortError");
    },
  });
  await failureOf([undone, interrupted]);
  expect(aborted).toBe(false);
});

test("a step past its deadline is told to stop, and put back", async () => {
  desk[Symbol.dispose]();
  desk = openFakeDesk({ configuration: { deadlines: { build: "10ms" } } });
  const slow = step("build", {
    run: async (_, work) => {
      await new Promise((resolve) => work.signal.addEventListener("abort", resolve));
      work.signal.throwIfAborted();
      return done();
    },
  });
  const failure = await failureOf([slow]);
  expect(failure).toMatchObject({ code: "DEADLINE_EXCEEDED", exitCode: 1 });
  expect(failure.remedy).toContain("deadlines.build");
  expect(happened).toEqual(["undo build"]);
});

test("what a step itself says about its deadline is what is told", async () => {
  desk[Symbol.dispose]();
  desk = openFakeDesk({ configuration: { deadlines: { stage: "20ms" } } });
  const own = step("stage", {
    run: async (_, work) => {
      await Bun.sleep(work.deadlineMs + 5);
      throw new Failure("DEADLINE_EXCEEDED", {
        message: "web did not become healthy",
        remedy: "read its log",
      });
    },
  });
  expect((await failureOf([own])).message).toBe("web did not become healthy");
});

test("a step whose beginning cannot be written down is not begun, and those before it are put back", async () => {
  using deployment = withJournalFor(2);
  const thrown = await runSteps([step("build"), step("stage")], deployment).catch((error: unknown) => error);
  expect(thrown).toMatchObject({ code: "JOURNAL_NOT_WRITTEN", exitCode: 1 });
  expect(happened).toEqual(["run build", "undo build"]);
});

test("a step whose end cannot be written down is put back", async () => {
  using deployment = withJournalFor(3);
  const thrown = await runSteps([step("build"), step("stage")], deployment).catch((error: unknown) => error);
  expect(thrown).toMatchObject({ code: "JOURNAL_NOT_WRITTEN", exitCode: 1 });
  expect(happened).toEqual(["run build", "run stage", "undo stage", "undo build"]);
});

test("a failure after the fact exits 5, and puts nothing back", async () => {
  const late = new Failure("RETIRE_FAILED", { message: "blue could not be stopped", remedy: "stop it" });
  const failure = await failureOf([step("switch"), failing("retire", late, { afterTheFact: true })]);
  expect(failure).toMatchObject({ code: "RETIRE_FAILED", exitCode: 5 });
  expect(happened).toEqual(["run switch", "run retire"]);
});

test("what explains a failure is kept before anything is put back", async () => {
  desk.platform.instead.set("diagnose", () => void happened.push("diagnose"));
  const failure = await failureOf([step("stage"), failing("verify", unhealthy())]);
  expect(happened).toEqual(["run stage", "run verify", "diagnose", "undo verify", "undo stage"]);
  expect(failure.details["diagnosis"]).toBe(desk.configuration.state("diagnoses"));
});

test("a diagnosis of nothing is neither named nor left behind", async () => {
  const folder = () => desk.configuration.state("diagnoses");
  desk.platform.instead.set("diagnose", () => void mkdirSync(folder(), { recursive: true }));
  const failure = await failureOf([failing("stage", unhealthy())]);
  expect(failure.details["diagnosis"]).toBeUndefined();
  expect(desk.said.join()).not.toContain("diagnosis:");
  expect(existsSync(folder())).toBe(false);
});

test("a diagnosis that cannot be made hides nothing of the failure", async () => {
  desk.platform.instead.set("diagnose", () => {
    throw new Error("no space left");
  });
  expect((await failureOf([failing("verify", unhealthy())])).code).toBe("SERVICE_UNHEALTHY");
  expect(desk.said).toContain("warning: no diagnosis could be made: no space left");
});

test("a failure of the build is nothing that the environment could explain", async () => {
  desk.platform.instead.set("diagnose", () => void happened.push("diagnose"));
  await failureOf([failing("build", unhealthy())]);
  expect(happened).not.toContain("diagnose");
});

test("what is not a Failure becomes one", async () => {
  expect(await failureOf([failing("build", new TypeError("x is undefined"))])).toMatchObject({
    code: "UNEXPECTED",
    exitCode: 1,
    message: "x is undefined",
  });
});

test("a journal whose folder is gone keeps the deployment from beginning", () => {
  const path = desk.configuration.state("journals");
  rmSync(path, { recursive: true, force: true });
  using _made = deploymentOf(desk);
  rmSync(path, { recursive: true });
  writeFileSync(path, "");
  expect(() => deploymentOf(desk)).toThrow("cannot be written");
});
