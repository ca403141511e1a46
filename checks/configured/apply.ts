import type { Configuration } from "../../sdk/core/config/index.ts";
import { Failure } from "../../sdk/core/errors/index.ts";
import { names } from "../../sdk/core/finding/index.ts";
import type { BoundCheck } from "../define.ts";
import { inPlace } from "./added.ts";

/** A set as the configuration wants it: without what it leaves out, and with what it tunes. */
export function configured(set: readonly BoundCheck[], { checks }: Configuration): BoundCheck[] {
  const tunings = Object.entries(checks.tune);
  return set
    .filter(({ id }) => !checks.leaveOut.some((name) => names(name, id)))
    .map((check) =>
      tunings
        .filter(([name]) => names(name, check.id))
        .reduce((tuned, [name, tuning]) => inPlace(`checks.tune.${name}`, () => tuned.tuned(tuning)), check),
    );
}

/**
 * Refuses a name that is no check's: what it leaves out would be made all the same.
 *
 * @throws Failure CONFIG_INVALID
 */
export function assertNamesChecks({ checks }: Configuration, everything: readonly BoundCheck[]): void {
  const ids = [...new Set(everything.map(({ id }) => id))];
  const given = [
    ...checks.leaveOut.map((name, index) => [`checks.leaveOut.${index}`, name] as const),
    ...Object.keys(checks.tune).map((name) => ["checks.tune", name] as const),
  ];
  const unknown = given.find(([, name]) => !ids.some((id) => names(name, id)));
  if (unknown === undefined) return;
  const [place, name] = unknown;
  throw new Failure("CONFIG_INVALID", {
    message: `${place}: no check around a deployment is called ${JSON.stringify(name)}`,
    remedy: `take one of ${ids.join(", ")}`,
  });
}
