import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { issueCertificate } from "../../tests/support/certificates.ts";
import { keptData } from "../../tests/support/kept-data.ts";
import type { Stack } from "../../tests/support/stack.ts";

/** The weights of Segment Anything with ViT-L (github.com/facebookresearch/segment-anything: sam_vit_l_0b3195.pth). */
const weightBytes = 1_249_000_000;
const pieceBytes = 1_000_000;

/** What a copy of the example needs for its configuration to bring every check that there is before a deployment. */
export async function wholeSite(stack: Stack): Promise<Record<string, unknown>> {
  const folder = join(stack.directory, "site");
  mkdirSync(folder, { mode: 0o700 });
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  const issuer = issueCertificate({ name: "an authority", authority: true });
  const { certificate, key } = issueCertificate({ name: "localhost", issuer });
  const sha256 = await weights(join(folder, "weights.bin"));
  return {
    ...keptData(stack),
    domain: "localhost",
    tls: {
      certificate: file("site.pem", certificate),
      key: file("site.key", key),
      ca: file("authority.pem", issuer.certificate),
    },
    weights: { directory: folder, files: ["weights.bin"], sha256: { "weights.bin": sha256 } },
    schedule: { backup: "02:00" },
    checks: {
      before: [
        {
          check: "python-requirements",
          options: {
            file: file("requirements.txt", "numpy==1.26.4\nscipy==1.13.1\npandas==2.2.2\n"),
            limit: ["numpy<2.0", "scipy<2.0", "pandas<3.0"],
            forbidden: ["pathlib", "configparser", "typing"],
          },
        },
        { check: "image-platform", options: { image: "switchover/bun:1.4.5" } },
      ],
    },
  };
}

/** Makes the file; gives its SHA-256. */
async function weights(path: string): Promise<string> {
  const hash = new Bun.CryptoHasher("sha256");
  const sink = Bun.file(path).writer();
  const piece = new Uint8Array(pieceBytes);
  for (let written = 0; written < weightBytes; written += pieceBytes) {
    piece.fill((written / pieceBytes) % 251);
    hash.update(piece);
    await sink.write(piece);
    await sink.flush();
  }
  await sink.end();
  return hash.digest("hex");
}
