import { Failure, messageOf } from "../errors/index.ts";
import { readText } from "../files/index.ts";
import { type EnvEntry, parseEnvFiles } from "./env-file/parse.ts";

/**
 * The variables of an env file as Compose reads them, without touching this process's own.
 *
 * @throws Failure ENV_FILE_UNREADABLE with the system's own reason.
 */
export function readEnvFile(path: string): Record<string, string> {
  return readEnvFiles([path]);
}

/** The variables of several env files: the later file wins, and may refer to those before it. */
export function readEnvFiles(paths: readonly string[]): Record<string, string> {
  return Object.fromEntries(readEnvEntries(paths).map(({ name, value }) => [name, value]));
}

/** Every line's variable, also those that a later line overrules, with what is written beside what it means. */
export function readEnvEntries(paths: readonly string[]): EnvEntry[] {
  return parseEnvFiles(paths.map(textOf));
}

function textOf(path: string): string {
  try {
    return readText(path);
  } catch (cause) {
    const errno = cause instanceof Error && "code" in cause ? String(cause.code) : undefined;
    throw new Failure("ENV_FILE_UNREADABLE", {
      message:
        errno === "ENOENT"
          ? `there is no environment file ${path}`
          : `the environment file ${path} cannot be read`,
      why: errno === "ENOENT" ? undefined : messageOf(cause),
      remedy: remedies[errno ?? ""] ?? "mend what is named, and run the script again",
      details: { path, errno },
      cause,
    });
  }
}

const remedies: Record<string, string> = {
  ENOENT: "make it, with mode 0600 and owned by the user who deploys",
  EACCES: "give it to the user who deploys, with mode 0600; or run as the user who owns it",
  EISDIR: "name the file in the configuration, not its folder",
};
