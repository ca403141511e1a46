import { z } from "zod";
import { longestTimerMs, parseDuration } from "../sdk/core/config/index.ts";
import { Failure } from "../sdk/core/errors/index.ts";
import {
  type Check,
  type CheckContext,
  type Finding,
  type Look,
  runChecks,
} from "../sdk/core/finding/index.ts";

/** What a check is, before anybody says what it is to look at. */
export interface CheckDefinition<Options extends z.ZodObject> {
  /** How the shell and the findings call it. */
  id: string;
  title: string;
  /** What it looks at, in a line of the list and of docs/checks.md. */
  summary: string;
  /** The flags of one good call, as they follow its id in the shell; empty for a check that needs none. */
  example: string;
  /** How long one look may take, with its unit. */
  deadline: string;
  /** Milliseconds that the options ask it to spend on top of that: a time to watch for. */
  takes?(options: z.output<Options>): number;
  /** What it wants to be told; every key is described, because the shell's flags are made of it. */
  options: Options;
  look(options: z.output<Options>, context: CheckContext): Promise<Look>;
}

/** Which of several looks of one check this is, and how long it may take. */
export interface Variation {
  /** What this look is about, such as "blue": it stands behind the id and the title. */
  of?: string | undefined;
  deadline?: string | undefined;
}

type LookNow<Options extends z.ZodObject> = (
  options: z.input<Options>,
  how?: Variation & { signal?: AbortSignal | undefined },
) => Promise<Finding>;

/** A check that knows what it is to look at, and can be told otherwise. */
export interface BoundCheck extends Check {
  /** The check that it is a look of. */
  readonly definition: string;
  /** The same look with some of its options changed, or another deadline. */
  tuned(changes: { options?: Record<string, unknown>; deadline?: string | undefined }): BoundCheck;
}

/** A check that anybody can use alone: `await diskSpace({ path: "/" })`, or `.with(…)` for `runChecks`. */
export interface DefinedCheck<Options extends z.ZodObject> extends LookNow<Options> {
  /** The check with its options, for `runChecks`; it has not looked yet. */
  with(options: z.input<Options>, variation?: Variation): BoundCheck;
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly example: string;
  readonly deadlineMs: number;
  readonly options: Options;
}

/** A check of which nothing is known but its name: what stands behind a command line or a configuration's key. */
export interface AnyCheck {
  with(options: Record<string, unknown>, variation?: Variation): BoundCheck;
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly example: string;
  readonly deadlineMs: number;
  readonly options: z.ZodObject;
}

/** A check as the list and the help show it, without loading it. */
export interface CatalogueEntry {
  readonly title: string;
  readonly summary: string;
  load: () => Promise<AnyCheck>;
}

/** Makes a check of its definition. */
export function defineCheck<Options extends z.ZodObject>(
  definition: CheckDefinition<Options>,
): DefinedCheck<Options> {
  const bind = (options: z.input<Options>, variation: Variation = {}): BoundCheck => {
    const parsed = parse(definition, options);
    const { of } = variation;
    return {
      definition: definition.id,
      tuned: (changes) =>
        bind({ ...options, ...changes.options }, { of, deadline: changes.deadline ?? variation.deadline }),
      id: of === undefined ? definition.id : `${definition.id}:${of}`,
      title: of === undefined ? definition.title : `${definition.title} (${of})`,
      deadlineMs:
        variation.deadline === undefined
          ? milliseconds(definition.id, definition.deadline) + (definition.takes?.(parsed) ?? 0)
          : milliseconds(definition.id, variation.deadline),
      look: (context) => lookOrTellWhyNot(() => definition.look(parsed, context)),
    };
  };
  const look: LookNow<Options> = async (options, { signal, ...variation } = {}) => {
    const [finding] = await runChecks([bind(options, variation)], { signal });
    if (finding === undefined) throw new RangeError("one check gives one finding");
    return finding;
  };
  return Object.assign(look, {
    id: definition.id,
    title: definition.title,
    summary: definition.summary,
    example: definition.example,
    deadlineMs: milliseconds(definition.id, definition.deadline),
    options: definition.options,
    with: bind,
  });
}

function milliseconds(id: string, deadline: string): number {
  const parsed = parseDuration(deadline);
  if (parsed !== undefined && parsed <= longestTimerMs) return parsed;
  throw new Failure("USAGE", {
    message: `the deadline of the check ${id} is not a time: ${JSON.stringify(deadline)}`,
    remedy: 'write it with its unit, such as "30s"; 24 days is the most',
  });
}

function parse<Options extends z.ZodObject>(
  { id, options }: CheckDefinition<Options>,
  given: z.input<Options>,
): z.output<Options> {
  const parsed = options.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new Failure("USAGE", {
    message: `the options of the check ${id} are not right`,
    why: z.prettifyError(parsed.error),
    remedy: `it takes ${Object.keys(options.shape).join(", ")}`,
  });
}

/** A check that cannot look has failed; what knows its remedy keeps it. */
async function lookOrTellWhyNot(look: () => Promise<Look>): Promise<Look> {
  try {
    return await look();
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    const [why] = thrown.why?.split("\n") ?? [];
    return {
      status: "fail",
      summary: `could not look: ${thrown.message}${why === undefined || why === "" ? "" : ` (${why})`}`,
      remedy: thrown.remedy,
      evidence: { code: thrown.code },
    };
  }
}
