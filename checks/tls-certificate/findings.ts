import type { X509Certificate } from "node:crypto";
import type { Look } from "../../sdk/core/finding/index.ts";
import { nameOf } from "../../sdk/systems/tls/index.ts";
import { type Fault, lookOf } from "../faults.ts";
import { faultsOf, objectionFaults, type Wanted } from "./judge.ts";

/** What a server sends to those who ask it for these names. */
export interface Sent {
  names: string[];
  chain: readonly X509Certificate[];
  objection: string | undefined;
}

/** The finding about all that a server sends; where it is not the same for every name, each fault says for which. */
export function findingOfServer(where: string, sent: readonly Sent[], wanted: Wanted): Look {
  const faults = sent.flatMap(({ names, chain, objection }) => {
    const own = faultsOf(chain, { ...wanted, names });
    const all = [...own, ...objectionFaults(objection, own)];
    return sent.length === 1
      ? all
      : all.map((fault) => ({ ...fault, says: `as ${names.join(", ")}, ${fault.says}` }));
  });
  return findingOf(
    where,
    sent.flatMap(({ chain }) => chain),
    faults,
  );
}

/** The finding about a certificate that could be looked at. */
export function findingOf(where: string, chain: readonly X509Certificate[], faults: readonly Fault[]): Look {
  const [leaf] = chain;
  const until = leaf === undefined ? "" : ` for ${nameOf(leaf.subject)} is good until ${dayOf(leaf.validTo)}`;
  const told = faults.map(({ status, says }) => ({ status, says }));
  return lookOf(faults, {
    good: `the certificate of ${where}${until}`,
    about: `the certificate of ${where}`,
    evidence: { where, chain: chain.map(described), faults: told },
  });
}

function described(certificate: X509Certificate) {
  const { subject, issuer, validFrom, validTo, subjectAltName, fingerprint256 } = certificate;
  const names = { subject: nameOf(subject), issuer: nameOf(issuer), alternatives: subjectAltName };
  return { ...names, validFrom: isoOf(validFrom), validTo: isoOf(validTo), fingerprint256 };
}

function isoOf(date: string): string {
  return new Date(Date.parse(date)).toISOString();
}

function dayOf(date: string): string {
  return isoOf(date).slice(0, 10);
}
