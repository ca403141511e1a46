import type { Configuration } from "../../core/config/index.ts";
import { exitCodes, Failure } from "../../core/errors/index.ts";
import type { Release } from "../../core/release/index.ts";

/**
 * Refuses to deploy a release that was made without a service which is configured by now. Only a way back leads to one.
 *
 * @throws Failure IMAGE_MISSING, before anything is changed
 */
export function assertWhole(
  { id, images }: Release,
  { services }: Pick<Configuration, "services">,
  remedy: string,
): void {
  const without = services.map(({ name }) => name).filter((name) => images[name] === undefined);
  if (without.length === 0) return;
  throw new Failure("IMAGE_MISSING", {
    message: `release ${id} was made without ${without.join(", ")}`,
    why: "a deployment brings up every service that is configured; nothing was changed",
    remedy,
    details: { release: id, without },
    exitCode: exitCodes.personNeeded,
  });
}
