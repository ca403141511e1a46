import { X509Certificate } from "node:crypto";
import { readText } from "../../core/files/index.ts";

const begin = /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/g;
/** Its first and its last line are lines of their own (RFC 7468, 3). */
const block = /^-----BEGIN ((?:X509 |TRUSTED )?CERTIFICATE)-----[^\S\n]*$[^-]+^-----END \1-----[^\S\n]*$/gm;

/**
 * The certificates of a PEM file, in the order in which a server would send them: its own first.
 *
 * @throws Error when the file cannot be read, holds none, or holds one that is no certificate, is cut off, or begins on the
 *   line where another one ends: a server refuses such a file.
 */
export function readCertificates(file: string): X509Certificate[] {
  const text = readText(file).replace(/^\uFEFF/, "");
  const blocks = text.match(block) ?? [];
  const begun = text.match(begin)?.length ?? 0;
  if (begun > blocks.length)
    throw new Error(
      `${blocks.length} of the ${begun} certificates of ${file} are whole: one is cut off, or does not begin on a line of its own`,
    );
  if (blocks.length === 0) throw new Error(`${file} holds no certificate in PEM`);
  return blocks.map((pem, index) => {
    try {
      return new X509Certificate(pem);
    } catch (cause) {
      throw new Error(`certificate ${index + 1} of ${file} cannot be parsed`, { cause });
    }
  });
}
