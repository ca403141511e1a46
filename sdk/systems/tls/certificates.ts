import { X509Certificate } from "node:crypto";
import { readText } from "../../core/files/index.ts";

const block =
  /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[\s\S]+?-----END (?:X509 |TRUSTED )?CERTIFICATE-----/g;

/**
 * The certificates of a PEM file, in the order in which a server would send them: its own first.
 *
 * @throws Error when the file cannot be read, holds none, or holds one that is no certificate.
 */
export function readCertificates(file: string): X509Certificate[] {
  const blocks = readText(file).match(block) ?? [];
  if (blocks.length === 0) throw new Error(`${file} holds no certificate in PEM`);
  return blocks.map((pem, index) => {
    try {
      return new X509Certificate(pem);
    } catch (cause) {
      throw new Error(`certificate ${index + 1} of ${file} cannot be parsed`, { cause });
    }
  });
}
