import { createPrivateKey, type X509Certificate } from "node:crypto";
import { statSync } from "node:fs";
import { messageOf } from "../../sdk/core/errors/index.ts";
import { readText } from "../../sdk/core/files/index.ts";
import { asTyped } from "../../sdk/core/process/index.ts";
import type { Fault } from "../faults.ts";

/** Whether a private key can be read by its owner only, and belongs to the certificate. */
export function keyFaults([leaf]: readonly X509Certificate[], key: string | undefined): Fault[] {
  if (leaf === undefined || key === undefined) return [];
  try {
    const matches = leaf.checkPrivateKey(createPrivateKey(readText(key)));
    return [...(matches ? [] : [stranger(key)]), ...modeFaults(key)];
  } catch (thrown) {
    const says = `its key ${key} cannot be read: ${messageOf(thrown)}`;
    return [{ status: "fail", says, remedy: "name the private key as PEM, without a passphrase" }];
  }
}

function stranger(key: string): Fault {
  const remedy = "use the key that the certificate was requested with; nginx refuses this pair";
  return { status: "fail", says: `the key ${key} is not its own`, remedy };
}

function modeFaults(key: string): Fault[] {
  const mode = statSync(key).mode & 0o777;
  if ((mode & 0o077) === 0) return [];
  const shown = mode.toString(8).padStart(4, "0");
  return [
    {
      status: "warn",
      says: `mode ${shown} lets other users read the key ${key}`,
      remedy: asTyped(["chmod", "600", key]),
    },
  ];
}
