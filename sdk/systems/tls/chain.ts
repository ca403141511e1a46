import type { X509Certificate } from "node:crypto";

/** The certificates by which clients get from the server's own to an authority, or why they do not get there. */
export type Path = { path: readonly X509Certificate[] } | { why: string };

/**
 * Finds the way from a server's own certificate, the first of the chain, to an authority that is good now. Of several
 * certificates for one issuer, as cross-signing leaves them, any may be the way. Dates and names of the chain are judged
 * elsewhere.
 */
export function pathToAuthority(
  chain: readonly X509Certificate[],
  authorities: readonly X509Certificate[],
  now: number,
): Path {
  const [leaf] = chain;
  if (leaf === undefined) return { why: "there is no certificate" };
  // What did not lead to an authority once does not from elsewhere either: each is tried once, whoever signs whom.
  const left = new Set(chain.slice(1));
  const follow = (at: X509Certificate): Path => {
    const [authority, ...others] = authorities.filter((one) => same(one, at) || issued(one, at));
    if (authority !== undefined) {
      const isGood = [authority, ...others].some((one) => same(one, at) || isWithinDates(one, now));
      return isGood ? { path: [at] } : { why: `its authority ${nameOf(authority.subject)} is not valid now` };
    }
    if (issued(at, at)) return { why: selfSigned(at, leaf) };
    let why = notSent(at, leaf);
    for (const next of left) {
      if (!issued(next, at)) continue;
      left.delete(next);
      const found = follow(next);
      if ("path" in found) return { path: [at, ...found.path] };
      ({ why } = found);
    }
    return { why };
  };
  return follow(leaf);
}

function isWithinDates({ validFrom, validTo }: X509Certificate, now: number): boolean {
  return Date.parse(validFrom) <= now && now < Date.parse(validTo);
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
