import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Issued, issueCertificate } from "./certificates.ts";

/** An authority that only its own file knows, and what it signed. Its files go when the test ends. */
export interface PrivateAuthority extends Disposable {
  /** The authority's certificate. */
  file: string;
  /** Another authority's, which has signed nothing. */
  strangers: string;
  /** For 127.0.0.1 and localhost. */
  site: Issued;
  /** For another host. */
  elsewhere: Issued;
}

export function privateAuthority(): PrivateAuthority {
  const folder = mkdtempSync(join(tmpdir(), "switchover-authority-"));
  const [file, strangers] = [join(folder, "authority.pem"), join(folder, "stranger.pem")];
  const issuer = issueCertificate({ name: "Private Authority", authority: true });
  writeFileSync(file, issuer.certificate);
  writeFileSync(strangers, issueCertificate({ name: "Another Authority", authority: true }).certificate);
  return {
    file,
    strangers,
    site: issueCertificate({ name: "site", alternatives: ["127.0.0.1", "localhost"], issuer }),
    elsewhere: issueCertificate({ name: "elsewhere.test", issuer }),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}
