import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { succeed } from "../../sdk/core/process/index.ts";

export interface OwnCertificate {
  cert: string;
  key: string;
}

/** A certificate for the loopback that no public authority has signed: it is its own. */
export async function ownCertificate(): Promise<OwnCertificate> {
  const folder = mkdtempSync(join(tmpdir(), "switchover-certificate-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  try {
    const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
    const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
    const files = ["-nodes", "-keyout", key, "-out", cert];
    await succeed(["openssl", "req", "-x509", ...curve, ...files, "-days", "2", ...names], {
      deadlineMs: 20_000,
    });
    return { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
