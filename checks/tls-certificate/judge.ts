import type { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { nameOf, pathToAuthority } from "../../sdk/systems/tls/index.ts";
import type { Fault } from "../faults.ts";

export interface Wanted {
  /** The host names, or addresses, that clients will ask for. */
  names: readonly string[];
  authorities: readonly X509Certificate[];
  /** Milliseconds before its end at which a certificate becomes a warning. */
  warnWithin: number;
  now: number;
}

const day = 86_400_000;
const renew = "renew it (certbot renew, or whoever issues it), and let the proxy read it: nginx -s reload";

/** Everything that is wrong with a chain, the server's own certificate first. */
export function faultsOf(chain: readonly X509Certificate[], wanted: Wanted): Fault[] {
  const found = pathToAuthority(chain, wanted.authorities, wanted.now);
  const needed = (certificate: X509Certificate) => !("path" in found) || found.path.includes(certificate);
  return [
    ...chain.flatMap((certificate, index) =>
      dateFaults(certificate, { isLeaf: index === 0, isNeeded: needed(certificate) }, wanted),
    ),
    ...nameFaults(chain, wanted),
    ...useFaults(chain),
    ...sizeFaults(chain),
    ...("why" in found ? [untrusted(found.why)] : []),
  ];
}

/** One that clients pass by on their way to an authority, such as an old cross-signature, spoils it for old ones only. */
function dateFaults(
  certificate: X509Certificate,
  { isLeaf, isNeeded }: { isLeaf: boolean; isNeeded: boolean },
  { warnWithin, now }: Wanted,
): Fault[] {
  const which = isLeaf ? "it" : `the intermediate ${nameOf(certificate.subject)}`;
  const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  const status = isNeeded ? "fail" : "warn";
  const note = isNeeded ? "" : ", and only old clients need it";
  if (now < from) {
    const remedy = "use the certificate that is valid now, and look at this host's clock";
    return [{ status, says: `${which} is not valid before ${shown(from)}${note}`, remedy }];
  }
  if (now >= to) {
    const remedy = isNeeded ? renew : `take ${nameOf(certificate.subject)} out of what is sent`;
    return [{ status, says: `${which} expired ${shown(to)}, ${days(now - to)} ago${note}`, remedy }];
  }
  if (!isNeeded || to - now >= warnWithin) return [];
  return [{ status: "warn", says: `${which} expires ${shown(to)}, in ${days(to - now)}`, remedy: renew }];
}

function nameFaults([leaf]: readonly X509Certificate[], { names }: Wanted): Fault[] {
  const strange = names.filter((name) => !isFor(leaf, name));
  if (strange.length === 0 || leaf === undefined) return [];
  const good = leaf.subjectAltName ?? "no name at all, for its CN does not count";
  const remedy = "use the certificate of that name, or have one issued with all names";
  return [{ status: "fail", says: `it is not for ${strange.join(", ")} (but for ${good})`, remedy }];
}

/** No browser goes by the subject's CN any more (RFC 9110, 4.3.4). */
function isFor(leaf: X509Certificate | undefined, name: string): boolean {
  return (isIP(name) === 0 ? leaf?.checkHost(name, { subject: "never" }) : leaf?.checkIP(name)) !== undefined;
}

/** id-kp-serverAuth, and any use (RFC 5280, 4.2.1.12). */
const uses = ["1.3.6.1.5.5.7.3.1", "2.5.29.37.0"];

/** Whether it says of itself what it may be used for, and a server is not among that. */
function useFaults([leaf]: readonly X509Certificate[]): Fault[] {
  // Undefined where it says nothing, which Node's types do not tell.
  const said: readonly string[] | undefined = leaf?.keyUsage;
  if (said === undefined || said.some((use) => uses.includes(use))) return [];
  const remedy = "have one issued for a server (extended key usage serverAuth)";
  return [{ status: "fail", says: "it was not issued for a server", remedy }];
}

/** What OpenSSL takes at its usual level, and with it nginx and most clients (SSL_CTX_set_security_level(3), level 2). */
const leastRsaBits = 2048;

function sizeFaults([leaf]: readonly X509Certificate[]): Fault[] {
  const key = leaf?.publicKey;
  const bits = key?.asymmetricKeyDetails?.modulusLength ?? leastRsaBits;
  if (key?.asymmetricKeyType !== "rsa" || bits >= leastRsaBits) return [];
  const remedy = `have one issued for a larger key: openssl genrsa ${leastRsaBits}`;
  return [{ status: "fail", says: `its key has ${bits} bits, and clients want ${leastRsaBits}`, remedy }];
}

function untrusted(why: string): Fault {
  const remedy =
    "put the intermediate certificates behind the server's own; a private authority is named with ca";
  return { status: "fail", says: why, remedy };
}

function shown(time: number): string {
  return new Date(time).toISOString().slice(0, 16).replace("T", " ").concat(" UTC");
}

function days(ms: number): string {
  const count = Math.floor(ms / day);
  return count === 0 ? "less than a day" : count === 1 ? "1 day" : `${count} days`;
}

/** What only the TLS library minds, such as an authority that may not issue for this name. Its other words were said. */
export function objectionFaults(objection: string | undefined, faults: readonly Fault[]): Fault[] {
  if (objection === undefined || faults.some(({ status }) => status === "fail")) return [];
  const remedy = "look at the chain: openssl s_client -connect HOST:PORT -servername HOST -showcerts";
  return [{ status: "fail", says: `clients refuse it (${objection})`, remedy }];
}
