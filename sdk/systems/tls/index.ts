export { readCertificates } from "./certificates.ts";
export { nameOf, whyUntrusted } from "./chain.ts";
export { type Handshake, shakeHands, type TlsServer } from "./handshake.ts";
export { trustedAuthorities } from "./trust.ts";
