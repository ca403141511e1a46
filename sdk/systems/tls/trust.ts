import { X509Certificate } from "node:crypto";
import { existsSync } from "node:fs";
import { rootCertificates } from "node:tls";
import { readCertificates } from "./certificates.ts";

/** Where distributions keep the authorities that this host trusts, those of its administrator among them. */
const bundles = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"];

/**
 * The authorities that clients trust: Mozilla's, this host's, and those of a file of one's own.
 *
 * @throws Error when the file of one's own cannot be read.
 */
export function trustedAuthorities(ownFile?: string): X509Certificate[] {
  const own = ownFile === undefined ? [] : readCertificates(ownFile);
  return [...own, ...usualAuthorities()];
}

let usual: X509Certificate[] | undefined;

function usualAuthorities(): X509Certificate[] {
  usual ??= [
    ...rootCertificates.map((pem) => new X509Certificate(pem)),
    ...bundles.filter((file) => existsSync(file)).flatMap(readCertificates),
  ];
  return usual;
}
