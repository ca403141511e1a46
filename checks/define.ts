import { z } from "zod";
import { parseDuration } from "../sdk/core/config/index.ts";
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
  /** How long one look may take, with its unit. */
  deadline: string;
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

/** A check that anybody can use alone: `await diskSpace({ path: "/" })`, or `.with(…)` for `runChecks`. */
export interface DefinedCheck<Options extends z.ZodObject> extends LookNow<Options> {
  /** The check with its options, for `runChecks`; it has not looked yet. */
  with(options: z.input<Options>, variation?: Variation): Check;
  readonly id: string;
  readonly title: string;
  readonly deadlineMs: number;
  readonly options: Options;
}

/** Makes a check of its definition. */
export function defineCheck<Options extends z.ZodObject>(
  definition: CheckDefinition<Options>,
): DefinedCheck<Options> {
  const bind = (options: z.input<Options>, variation: Variation = {}): Check => {
    const parsed = parse(definition, options);
    const { of } = variation;
    return {
      id: of === undefined ? definition.id : `${definition.id}:${of}`,
      title: of === undefined ? definition.title : `${definition.title} (${of})`,
      deadlineMs: milliseconds(definition.id, variation.deadline ?? definition.deadline),
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
    deadlineMs: milliseconds(definition.id, definition.deadline),
    options: definition.options,
    with: bind,
  });
}

function milliseconds(id: string, deadline: string): number {
  const parsed = parseDuration(deadline);
  if (parsed === undefined) throw new RangeError(`the deadline of ${id} is not a time: ${deadline}`);
  return parsed;
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
