import type { AddedCheck, Configuration } from "../../sdk/core/config/index.ts";
import { Failure } from "../../sdk/core/errors/index.ts";
import { catalogue } from "../catalogue.ts";
import type { BoundCheck } from "../define.ts";
import { withAuthority } from "./authority.ts";
import { filledIn } from "./placeholders.ts";

/**
 * The checks that a configuration adds.
 *
 * @param place where they stand in it, for whoever has to mend it: `checks.before`
 * @throws Failure CONFIG_INVALID for an id that there is not, and for options that the check does not take.
 */
export function addedChecks(
  added: readonly AddedCheck[],
  place: string,
  values: ReadonlyMap<string, string>,
  configuration: Configuration,
): Promise<BoundCheck[]> {
  return Promise.all(
    added.map(async ({ check: id, of, options, deadline }, index) => {
      const entry = Object.hasOwn(catalogue, id) ? catalogue[id] : undefined;
      if (entry === undefined) throw unknownCheck(`${place}.${index}.check`, id);
      const check = await entry.load();
      return inPlace(`${place}.${index}.options`, () => {
        const filled = Object.fromEntries(
          Object.entries(options).map(([key, value]) => [key, filledIn(value, values)]),
        );
        return check.with(withAuthority(filled, check.options.shape, configuration), { of, deadline });
      });
    }),
  );
}

/** Makes a check of the configuration, and says where its mistake stands. */
export function inPlace(place: string, make: () => BoundCheck): BoundCheck {
  try {
    return make();
  } catch (thrown) {
    if (!(thrown instanceof Failure) || thrown.code !== "USAGE") throw thrown;
    const { message, why, remedy } = thrown;
    throw new Failure("CONFIG_INVALID", { message: `${place}: ${message}`, why, remedy, cause: thrown });
  }
}

function unknownCheck(place: string, id: string): Failure {
  return new Failure("CONFIG_INVALID", {
    message: `${place}: there is no check ${JSON.stringify(id)}`,
    remedy: `take one of ${Object.keys(catalogue).join(", ")}`,
  });
}
