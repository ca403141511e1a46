import type { X509Certificate } from "node:crypto";

/** No real chain is longer; a loop of authorities that sign each other ends here. */
const longestChain = 10;

/**
 * Why clients would not trust this chain, the server's own certificate first; undefined when it leads to an authority.
 * Dates and names are judged elsewhere.
 */
export function whyUntrusted(
  chain: readonly X509Certificate[],
  authorities: readonly X509Certificate[],
): string | undefined {
  const [leaf, ...sent] = chain;
  if (leaf === undefined) return "there is no certificate";
  let at = leaf;
  for (let length = 0; length < longestChain; length += 1) {
    const here = at;
    if (authorities.some((authority) => same(authority, here) || issued(authority, here))) return undefined;
    if (issued(here, here)) return selfSigned(here, leaf);
    const next = sent.find((candidate) => issued(candidate, here));
    if (next === undefined) return notSent(here, leaf);
    at = next;
  }
  return `its chain is longer than ${longestChain} certificates`;
}

function same(one: X509Certificate, other: X509Certificate): boolean {
  return one.fingerprint256 === other.fingerprint256;
}

/** Whether an authority issued a certificate: its name stands there, it may, and the signature is its own. */
function issued(authority: X509Certificate, certificate: X509Certificate): boolean {
  if (authority.subject !== certificate.issuer || !certificate.checkIssued(authority)) return false;
  if (!authority.ca && !same(authority, certificate)) return false;
  return certificate.verify(authority.publicKey);
}

function selfSigned(at: X509Certificate, leaf: X509Certificate): string {
  return same(at, leaf)
    ? "it is self-signed"
    : `its chain ends at ${nameOf(at.subject)}, which this host does not trust`;
}

function notSent(at: X509Certificate, leaf: X509Certificate): string {
  const of = same(at, leaf) ? "its issuer" : `the issuer of ${nameOf(at.subject)},`;
  return `${of} ${nameOf(at.issuer)} is neither in the chain nor trusted by this host`;
}

/** "Example CA" of "C=US\nO=Example\nCN=Example CA". */
export function nameOf(subject: string): string {
  const common = /^CN=(.+)$/m.exec(subject)?.[1];
  return common ?? (subject.trim().split("\n").join(", ") || "one without a name");
}
