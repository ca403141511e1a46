import type { Io } from "../../core/cli/index.ts";
import { Failure } from "../../core/errors/index.ts";
import { asTyped } from "../../core/process/index.ts";

/**
 * Has a person type a name before something is replaced; a script gives it with `--confirm`.
 *
 * @param given what `--confirm` said.
 * @throws Failure CONFIRMATION_NEEDED when it is another name, none is given and nobody can be asked, or the answer is no
 */
export async function confirmReplacing(
  io: Pick<Io, "confirm">,
  what: readonly string[],
  expected: string,
  given: string | undefined,
): Promise<void> {
  const question = `this replaces ${what.join(", ")}.`;
  const flag = `--confirm=${expected}`;
  if (given === expected) return;
  if (given === undefined && (await io.confirm(question, { flag, expected }))) return;
  throw new Failure("CONFIRMATION_NEEDED", {
    message: `it was not confirmed: ${question.replace(/\.$/, "")}`,
    why: given === undefined ? "the answer was another one" : `--confirm says ${given}`,
    remedy: `give ${asTyped([flag])} if that is what is wanted`,
    details: { flag },
  });
}
