import { Failure } from "../../core/errors/index.ts";
import { asTyped } from "../../core/process/index.ts";
import { type Assessment, assess } from "./assess.ts";
import { installAll, type SetUpItem } from "./install-all.ts";
import type { Installing, Purpose, Requirement, Say } from "./requirement.ts";
import { requirementsFor } from "./requirements.ts";
import { isRoot } from "./root.ts";

/** What a set-up found and did. */
export interface SetUp {
  purpose: Purpose;
  items: SetUpItem[];
  durationMs: number;
}

/** One requirement as a dry run shows it. */
export interface PlannedItem {
  name: string;
  why: string;
  from: string;
  state: Assessment["state"];
  /** Why it could not be seen whether it is there. */
  problem?: string;
  /** What would install it, as a person would type it; empty where it is there. */
  commands: string[];
}

async function planned({ requirement, state, failure }: Assessment): Promise<PlannedItem> {
  const { name, why, from } = requirement;
  const commands = state === "missing" ? (await requirement.commands()).map(asTyped) : [];
  return { name, why, from, state, ...(failure === undefined ? {} : { problem: failure.message }), commands };
}

/** What the machine has and what it lacks, and the commands that would bring that. Changes nothing. */
export async function planSetUp(purpose: Purpose): Promise<PlannedItem[]> {
  return Promise.all((await assess(requirementsFor(purpose))).map(planned));
}

async function rootNeeded(missing: readonly Requirement[]): Promise<Failure> {
  const lists = await Promise.all(
    missing.map(async (requirement) => ({
      name: requirement.name,
      commands: (await requirement.commands()).map(asTyped),
    })),
  );
  const shown = new Set(lists.flatMap(({ name, commands }) => [`# ${name}`, ...commands]));
  return new Failure("ROOT_NEEDED", {
    message: `only root can install what is missing: ${missing.map(({ name }) => name).join(", ")}`,
    why: "it is installed for the whole machine",
    remedy: ["run this again as root, or let root run:", ...shown].join("\n    "),
    details: { missing: lists },
  });
}

/** What stands in the way of installing anything, if something does. */
async function obstacle(found: readonly Assessment[]): Promise<Failure | undefined> {
  const missing = found.flatMap(({ state, requirement }) => (state === "missing" ? [requirement] : []));
  if (!isRoot() && missing.some(({ root }) => root)) return rootNeeded(missing);
  return found.find(({ failure }) => failure !== undefined)?.failure;
}

/** Images cannot be seen while the daemon is down; they are not called missing before that. */
function announce(missing: readonly Requirement[], say: Say): void {
  const names = new Set(missing.map(({ name }) => name));
  for (const { name, why, from, after } of missing) {
    const hidden = after.some((other) => names.has(other));
    say(`${hidden ? "missing, or not to be seen yet" : "missing"}: ${name} (${why}); comes from ${from}`);
  }
}

/**
 * Brings everything that a purpose needs onto this machine, and says what it installs and from where.
 * Where nothing is missing it says nothing, and takes a moment.
 *
 * @throws Failure ROOT_NEEDED with the commands, DOCKER_DENIED, DOCKER_DOWN, TOOL_MISSING.
 */
export async function setUp(purpose: Purpose, { say, signal }: Installing): Promise<SetUp> {
  const started = performance.now();
  const found = await assess(requirementsFor(purpose));
  const blocking = await obstacle(found);
  if (blocking !== undefined) throw blocking;

  const missing = found.flatMap(({ state, requirement }) => (state === "missing" ? [requirement] : []));
  announce(missing, say);
  const brought = await installAll(missing, { say: (line) => say(`set-up: ${line}`), signal });
  const items = found.map(
    ({ requirement: { name } }): SetUpItem =>
      brought.find((item) => item.name === name) ?? { name, state: "present", durationMs: 0 },
  );
  return { purpose, items, durationMs: performance.now() - started };
}
