import { isDeepStrictEqual } from "node:util";
import type { Manifest } from "../../../core/manifest/index.ts";

/** Whether two manifests speak of one backup, whatever else has become known of it since: further proof, pins, copies. */
export function isSameBackup(one: Manifest, other: Manifest): boolean {
  return isDeepStrictEqual(lasting(one), lasting(other));
}

function lasting({ verified: _verified, pinned: _pinned, uploaded: _uploaded, ...rest }: Manifest) {
  return rest;
}
