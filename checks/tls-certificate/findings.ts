import type { X509Certificate } from "node:crypto";
import type { Look } from "../../sdk/core/finding/index.ts";
import { nameOf } from "../../sdk/systems/tls/index.ts";
import type { Fault } from "./judge.ts";

/** The finding about a certificate that could be looked at. */
export function findingOf(where: string, chain: readonly X509Certificate[], faults: readonly Fault[]): Look {
  const [leaf] = chain;
  const evidence = {
    where,
    chain: chain.map(described),
    faults: faults.map(({ status, says }) => ({ status, says })),
  };
  if (faults.length === 0) {
    const until = leaf === undefined ? "" : ` until ${dayOf(leaf.validTo)}`;
    const name = leaf === undefined ? "" : ` for ${nameOf(leaf.subject)}`;
    return { status: "pass", summary: `the certificate of ${where}${name} is good${until}`, evidence };
  }
  return {
    status: faults.some(({ status }) => status === "fail") ? "fail" : "warn",
    summary: `the certificate of ${where}: ${faults.map(({ says }) => says).join("; ")}`,
    remedy: [...new Set(faults.map(({ remedy }) => remedy))].join("\n"),
    evidence,
  };
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
