import { readFileSync, statSync } from "node:fs";
import { Failure, messageOf } from "../../../core/errors/index.ts";

const needed = { r: "read", l: "list", w: "write" } as const;
const day = 86_400_000;

/** A shared access signature. The token is a secret: with it anybody may do what it allows. */
export interface Sas {
  token: string;
  /** What a person should hear although it can be used. */
  warnings: string[];
}

/**
 * The SAS in a file that its owner alone may read.
 *
 * @throws Failure REMOTE_CREDENTIAL_UNUSABLE, in which nothing of the token stands
 */
export function readSasFile(path: string, now: Date): Sas {
  let text: string;
  try {
    if ((statSync(path).mode & 0o077) !== 0)
      throw unusable(
        `the file ${path} may be read by others than its owner`,
        `chmod 600 ${path}, and take a new SAS if others could read this one`,
      );
    text = readFileSync(path, "utf8");
  } catch (thrown) {
    if (thrown instanceof Failure) throw thrown;
    throw unusable(messageOf(thrown), `put a SAS into ${path}, with mode 0600`);
  }
  return readSas(text, `the file ${path}`, now);
}

/**
 * The SAS in an environment variable.
 *
 * @throws Failure REMOTE_CREDENTIAL_UNUSABLE, in which nothing of the token stands
 */
export function readSasVariable(
  variable: string,
  environment: Readonly<Record<string, string | undefined>>,
  now: Date,
): Sas {
  const text = environment[variable] ?? "";
  if (text.trim() === "")
    throw unusable(`the variable ${variable} is not set`, `set ${variable} to a SAS, or name a file`);
  return readSas(text, `the variable ${variable}`, now);
}

/** Says before anything is sent what the server would say after everything was made ready. */
function readSas(text: string, where: string, now: Date): Sas {
  const token = text.trim().replace(/^\?/, "");
  const part = new URLSearchParams(token);
  const renew = `put a new one there: az storage container generate-sas --permissions rlw --expiry …; docs/runbooks/remote-backups.md`;
  if (/\s/.test(token) || !part.has("sig") || !part.has("sv"))
    throw unusable(`${where} holds no SAS`, "put the token there (sv=…&sig=…), without an address before it");
  const [ends, begins] = [instant(part.get("se")), instant(part.get("st"))];
  if (ends !== undefined && ends <= now.getTime())
    throw unusable(`the SAS of ${where} expired at ${shown(ends)}`, renew);
  if (begins !== undefined && begins > now.getTime())
    throw unusable(
      `the SAS of ${where} is not valid before ${shown(begins)}`,
      `wait until then, or look at this host's clock`,
    );
  const allowed = part.get("sp");
  const lacking = Object.entries(needed).filter(([letter]) => allowed !== null && !allowed.includes(letter));
  if (lacking.length > 0)
    throw unusable(
      `the SAS of ${where} does not allow to ${lacking.map(([, name]) => name).join(" or to ")} (sp=${allowed})`,
      renew,
    );
  return { token, warnings: warningsOf(allowed ?? "", ends, now) };
}

function warningsOf(allowed: string, ends: number | undefined, now: Date): string[] {
  const warnings: string[] = [];
  if (/[dxy]/.test(allowed))
    warnings.push(
      "the SAS for remote backups allows to delete: whoever takes this host could take the backups with it",
    );
  if (ends !== undefined && ends - now.getTime() < 7 * day)
    warnings.push(
      `the SAS for remote backups expires at ${shown(ends)}: no backup leaves this host after that`,
    );
  return warnings;
}

function instant(text: string | null): number | undefined {
  const time = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

function shown(time: number): string {
  return new Date(time).toISOString();
}

function unusable(why: string, remedy: string): Failure {
  return new Failure("REMOTE_CREDENTIAL_UNUSABLE", {
    message: "the place for remote backups cannot be opened",
    why,
    remedy,
  });
}
