import { X509Certificate } from "node:crypto";
import { messageOf } from "../../core/errors/index.ts";
import { readText } from "../../core/files/index.ts";

/** Whose certificates count: the option of everything that may ask over TLS. */
export interface Trust {
  /** The file with the authorities, as PEM, that a certificate counts by; the usual ones when none is named. */
  caFile?: string | undefined;
}

/**
 * How the certificate of a server is verified, in the words of Bun's `fetch` and of Node's TLS: always, whatever
 * NODE_TLS_REJECT_UNAUTHORIZED says.
 *
 * @throws Error when the file with the authorities cannot be read, or holds no certificate
 */
export function verification({ caFile }: Trust): { rejectUnauthorized: true; ca?: string } {
  return { rejectUnauthorized: true, ...(caFile === undefined ? {} : { ca: authoritiesIn(caFile) }) };
}

function authoritiesIn(file: string): string {
  try {
    const pem = readText(file);
    // A connection that is given nonsense only says that it could not be opened.
    new X509Certificate(pem);
    return pem;
  } catch (thrown) {
    throw new Error(`no certificate of an authority can be read from ${file}: ${messageOf(thrown)}`);
  }
}
