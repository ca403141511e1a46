export { readCertificates } from "./certificates.ts";
export { nameOf, type Path, pathToAuthority } from "./chain.ts";
export { type Handshake, shakeHands, type TlsServer } from "./handshake.ts";
export { trustedAuthorities } from "./trust.ts";
