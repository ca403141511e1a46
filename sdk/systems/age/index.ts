export { decryptStream } from "./decrypt.ts";
export { encryptStream } from "./encrypt.ts";
export { readIdentities } from "./identities.ts";
