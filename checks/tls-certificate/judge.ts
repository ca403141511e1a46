import type { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { nameOf, whyUntrusted } from "../../sdk/systems/tls/index.ts";
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
  return [
    ...chain.flatMap((certificate, index) => dateFaults(certificate, index === 0, wanted)),
    ...nameFaults(chain, wanted),
    ...trustFaults(chain, wanted),
  ];
}

function dateFaults(certificate: X509Certificate, isLeaf: boolean, { warnWithin, now }: Wanted): Fault[] {
  const which = isLeaf ? "it" : `the intermediate ${nameOf(certificate.subject)}`;
  const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  if (now < from) {
    const remedy = "use the certificate that is valid now, and look at this host's clock";
    return [{ status: "fail", says: `${which} is not valid before ${shown(from)}`, remedy }];
  }
  if (now >= to) {
    return [{ status: "fail", says: `${which} expired ${shown(to)}, ${days(now - to)} ago`, remedy: renew }];
  }
  if (to - now >= warnWithin) return [];
  return [{ status: "warn", says: `${which} expires ${shown(to)}, in ${days(to - now)}`, remedy: renew }];
}

function nameFaults([leaf]: readonly X509Certificate[], { names }: Wanted): Fault[] {
  const strange = names.filter((name) => !isFor(leaf, name));
  if (strange.length === 0 || leaf === undefined) return [];
  const good = leaf.subjectAltName ?? nameOf(leaf.subject);
  const remedy = "use the certificate of that name, or have one issued with all names";
  return [{ status: "fail", says: `it is not for ${strange.join(", ")} (but for ${good})`, remedy }];
}

function isFor(leaf: X509Certificate | undefined, name: string): boolean {
  return (isIP(name) === 0 ? leaf?.checkHost(name) : leaf?.checkIP(name)) !== undefined;
}

function trustFaults(chain: readonly X509Certificate[], { authorities }: Wanted): Fault[] {
  const why = whyUntrusted(chain, authorities);
  if (why === undefined) return [];
  const remedy =
    "put the intermediate certificates behind the server's own; a private authority is named with ca";
  return [{ status: "fail", says: why, remedy }];
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
