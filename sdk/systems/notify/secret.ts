import { readFileSync, statSync } from "node:fs";
import { Failure, messageOf } from "../../core/errors/index.ts";

/** Where a secret stands: a file wins over a variable. */
export interface SecretPlace {
  /** An absolute path. */
  file?: string | undefined;
  variable?: string | undefined;
}

/** The bits of a mode by which others than the owner may read a file. */
const readableByOthers = 0o044;

/**
 * Reads a secret, without the line end behind it.
 *
 * @throws Failure NOTIFY_UNUSABLE when it is not where the configuration says, or when others may read its file.
 */
export function readSecret({ file, variable }: SecretPlace): string {
  if (file !== undefined) return inFile(file);
  const value = process.env[variable ?? ""]?.trim() ?? "";
  if (value !== "") return value;
  throw unusable(
    `the variable ${variable} is not set`,
    `set it, or name a file: cron and systemd set no variables`,
  );
}

function inFile(file: string): string {
  let text: string;
  try {
    if ((statSync(file).mode & readableByOthers) !== 0) {
      throw unusable(`others may read the secret in ${file}`, `chmod 600 ${file}`);
    }
    text = readFileSync(file, "utf8").trim();
  } catch (thrown) {
    if (thrown instanceof Failure) throw thrown;
    throw unusable(
      `${file} cannot be read: ${messageOf(thrown)}`,
      "make it, with mode 0600, owned by who runs the job",
    );
  }
  if (text !== "") return text;
  throw unusable(`${file} is empty`, "write the secret into it, in one line");
}

export function unusable(message: string, remedy: string): Failure {
  return new Failure("NOTIFY_UNUSABLE", { message, remedy });
}
