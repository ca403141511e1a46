import { readEnvFiles } from "../../sdk/core/config/index.ts";
import { Failure } from "../../sdk/core/errors/index.ts";
import type { CheckContext } from "../../sdk/core/finding/index.ts";

/**
 * The password that env files hold; undefined where no file is named. It stands in no finding of the check: a server
 * may say it back, as one does that does not know AUTH.
 *
 * @throws Failure ENV_FILE_UNREADABLE, also for a variable that is not there
 */
export function passwordIn(
  files: readonly string[] | undefined,
  variable: string,
  { hide }: Pick<CheckContext, "hide">,
): string | undefined {
  if (files === undefined) return undefined;
  const value = readEnvFiles(files)[variable];
  if (value !== undefined && value !== "") {
    hide(value);
    return value;
  }
  throw new Failure("ENV_FILE_UNREADABLE", {
    message: `${variable} is not set in ${files.join(", ")}`,
    remedy: `set ${variable} there, or name the variable that holds the password`,
  });
}
