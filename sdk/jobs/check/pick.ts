import { Failure } from "../../core/errors/index.ts";
import { type Check, names } from "../../core/finding/index.ts";
import { nearest } from "../../core/text/index.ts";

export interface Selection {
  /** Only these, by id or by what stands before the colon of one; all without it. */
  only: readonly string[];
  skip: readonly string[];
}

/**
 * The checks that were asked for.
 *
 * @throws Failure USAGE for a name that none of them has, and when none is left.
 */
export function picked<One extends Pick<Check, "id">>(
  checks: readonly One[],
  { only, skip }: Selection,
): One[] {
  for (const name of [...only, ...skip]) {
    if (!checks.some(({ id }) => names(name, id)))
      throw unknownName(
        name,
        checks.map(({ id }) => id),
      );
  }
  const wanted = checks.filter(
    ({ id }) =>
      (only.length === 0 || only.some((name) => names(name, id))) && !skip.some((name) => names(name, id)),
  );
  if (wanted.length > 0) return wanted;
  throw new Failure("USAGE", {
    message: "no check is left to be made",
    remedy: "leave out --skip, or name another with --only",
  });
}

function unknownName(name: string, ids: readonly string[]): Failure {
  const families = ids.map((id) => id.replace(/:.*$/, ""));
  const suggestion = nearest(name, new Set([...ids, ...families]));
  return new Failure("USAGE", {
    message: `there is no check ${JSON.stringify(name)} here`,
    remedy: suggestion === undefined ? `take one of ${ids.join(", ")}` : `did you mean ${suggestion}?`,
    details: suggestion === undefined ? { known: ids } : { suggestion },
  });
}
