import { readEnvFiles } from "../../sdk/core/config/index.ts";
import { Failure } from "../../sdk/core/errors/index.ts";

/**
 * The password that env files hold; undefined where no file is named.
 *
 * @throws Failure ENV_FILE_UNREADABLE, also for a variable that is not there
 */
export function passwordIn(files: readonly string[] | undefined, variable: string): string | undefined {
  if (files === undefined) return undefined;
  const value = readEnvFiles(files)[variable];
  if (value !== undefined && value !== "") return value;
  throw new Failure("ENV_FILE_UNREADABLE", {
    message: `${variable} is not set in ${files.join(", ")}`,
    remedy: `set ${variable} there, or name the variable that holds the password`,
  });
}
