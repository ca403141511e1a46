import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { Failure, messageOf } from "../errors/index.ts";

/**
 * The variables of an env file, without touching this process's own.
 *
 * @throws Failure ENV_FILE_UNREADABLE with the system's own reason.
 */
export function readEnvFile(path: string): Record<string, string> {
  const entries = Object.entries(parseEnv(textOf(path)));
  return Object.fromEntries(entries.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const errno = cause instanceof Error && "code" in cause ? String(cause.code) : undefined;
    throw new Failure("ENV_FILE_UNREADABLE", {
      message: `the environment file ${path} cannot be read`,
      why: messageOf(cause),
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
