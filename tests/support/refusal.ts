import { afterAll, beforeAll, expect, test } from "bun:test";
import { deployThrough } from "./as-another.ts";
import { documentOf } from "./document.ts";
import { setVariables } from "./env-file.ts";
import { footprintOf } from "./footprint.ts";
import { ownEdge } from "./own-edge.ts";
import { openStack, type Stack } from "./stack.ts";

/** What stands in the way, and how the script is started against it. */
export interface Wrong {
  flags?: readonly string[];
  env?: Record<string, string>;
  through?: readonly string[];
  /** Another stack than the one where a release serves. */
  on?: Stack;
  /** Takes the obstacle away again. */
  undo?: () => unknown;
}

/** How the run has to end. */
export interface Ending {
  exitCode: 2 | 4;
  code: string;
  /** What its message and its reason, taken together, must name. */
  says: RegExp;
  fix: RegExp;
}

/** A stack on which release "good" serves from green, for all tests of a file. */
export interface Site {
  readonly stack: Stack;
  /** The folder with the proxy's configuration, which a test may break. */
  readonly edge: string;
}

/** Opens the site before the tests of the file that calls it, and takes it down after them. */
export function siteOfThisFile(): Site {
  let opened: Site | undefined;
  const site = () => {
    if (opened === undefined) throw new Error("the stack is not up yet");
    return opened;
  };
  beforeAll(async () => {
    const stack = await openStack({ watch: { duration: "0s" } });
    setVariables(stack.prepared.envFiles.green, { MODEL_LOAD_SECONDS: "0" });
    opened = { stack, edge: ownEdge(stack) };
    const first = await stack.deploy(["--release", "good"]);
    expect(first.stderr).toContain("green serves release good");
  }, 240_000);
  afterAll(() => opened?.stack[Symbol.asyncDispose](), 60_000);
  return {
    get stack() {
      return site().stack;
    },
    get edge() {
      return site().edge;
    },
  };
}

/** A test that what is wrong is refused in these words, on both outputs alike, and that nothing changed by it. */
export function refusalsAt(site: Site) {
  return (what: string, { exitCode, code, says, fix }: Ending, arrange: () => Promise<Wrong> | Wrong) => {
    test(`${what}: exit ${exitCode}, ${code}`, async () => {
      const wrong = await arrange();
      const { on = site.stack, through = [], flags = [], env } = wrong;
      try {
        const before = await footprintOf(on);
        const ended = await deployThrough(through, on, ["--json", ...flags], env);
        const { error, ...document } = documentOf(ended);

        expect({ exitCode: ended.exitCode, code: error?.code }).toEqual({ exitCode, code });
        expect(document).toMatchObject({ ok: false, exitCode, result: null });
        expect(`${error?.message}\n${error?.why ?? ""}`).toMatch(says);
        expect(error?.remedy ?? "").toMatch(fix);
        expect(ended.stderr).toContain(`error[${code}] ${error?.message}`);
        expect(ended.stderr).toMatch(/^ {2}fix: \S/m);
        expectUnchanged(await footprintOf(on), before, code);
      } finally {
        await wrong.undo?.();
      }
    });
  };
}

/** A refusal by the checks is a run of its own: it is written down, and nothing else is left of it. */
function expectUnchanged(
  after: Awaited<ReturnType<typeof footprintOf>>,
  before: Awaited<ReturnType<typeof footprintOf>>,
  code: string,
): void {
  if (code !== "PRE_CHECK_FAILED") {
    expect(after).toEqual(before);
    return;
  }
  const { history, journals, ...changeable } = after;
  expect(changeable).toEqual({
    containers: before.containers,
    images: before.images,
    networks: before.networks,
    volumes: before.volumes,
    marker: before.marker,
    releases: before.releases,
  });
  expect(history.startsWith(before.history)).toBe(true);
  expect(JSON.parse(history.slice(before.history.length))).toMatchObject({ outcome: "failed", code });
  expect(journals.slice(0, -1)).toEqual([...before.journals]);
  expect(journals.at(-1)).toContain('"kind":"ended"');
}
