import { readFileSync, statSync } from "node:fs";
import { Failure, messageOf } from "../../core/errors/index.ts";

const mostBytes = 1024 * 1024;
const identity = /^AGE-SECRET-KEY-(?:PQ-)?1[A-Z0-9]+$/;

/**
 * The identities of a file as age-keygen writes it: one a line, `#` before a comment. They are secrets: whoever reads
 * them adds them to the redactor.
 *
 * @throws Failure IDENTITY_UNREADABLE, in which no line of the file is repeated.
 */
export function readIdentities(path: string): string[] {
  const text = contentOf(path);
  if (text.startsWith("age-encryption.org/") || text.startsWith("-----BEGIN AGE ENCRYPTED FILE")) {
    throw unreadable(path, "it is encrypted itself", `decrypt it first: age -d ${path} > key.txt`);
  }
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const identities: string[] = [];
  for (const [index, line] of lines.entries()) {
    if (line === "" || line.startsWith("#")) continue;
    if (!identity.test(line)) throw unreadable(path, `line ${index + 1} is no identity of age`);
    identities.push(line);
  }
  if (identities.length === 0) throw unreadable(path, "there is no identity in it");
  return identities;
}

function contentOf(path: string): string {
  try {
    if (statSync(path).size > mostBytes) throw unreadable(path, "it is far too large for one");
    return readFileSync(path, "utf8");
  } catch (thrown) {
    if (thrown instanceof Failure) throw thrown;
    throw unreadable(path, messageOf(thrown));
  }
}

function unreadable(path: string, why: string, remedy?: string): Failure {
  return new Failure("IDENTITY_UNREADABLE", {
    message: `the identity file ${path} cannot be used`,
    why,
    remedy: remedy ?? "name the file that age-keygen wrote, whose keys begin with AGE-SECRET-KEY-",
    details: { path },
  });
}
