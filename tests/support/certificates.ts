import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { isIPv4 } from "node:net";

/** A certificate made for a test, with its key; both as PEM. */
export interface Issued {
  name: string;
  certificate: string;
  key: string;
  keyObject: KeyObject;
}

export interface Wish {
  name: string;
  /** The host names and IPv4 addresses that it is for; the name alone when none is given. */
  alternatives?: string[];
  from?: Date;
  to?: Date;
  /** Who signs; itself when nobody does. */
  issuer?: Issued;
  authority?: boolean;
  /** Whose keys it has, as a second certificate of the same authority does; new ones when nobody's. */
  keys?: Pick<Issued, "keyObject">;
  /** The only domain that an authority may issue for. */
  permitted?: string;
  /** Whether it says of itself that it is for clients, and so not for servers. */
  forClients?: boolean;
}

const day = 86_400_000;
export const daysFromNow = (days: number) => new Date(Date.now() + days * day);

/** Issues an X.509 certificate (RFC 5280) with any dates, names and issuer: also those that no tool would make. */
export function issueCertificate(wish: Wish): Issued {
  const { name, issuer, from = daysFromNow(-1), to = daysFromNow(90) } = wish;
  const privateKey = wish.keys?.keyObject ?? generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const publicKey = createPublicKey(privateKey).export({ type: "spki", format: "der" });
  const body = sequence(
    tagged(0xa0, tagged(0x02, Buffer.from([2]))),
    tagged(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    commonName(issuer?.name ?? name),
    sequence(time(from), time(to)),
    commonName(name),
    publicKey,
    tagged(0xa3, sequence(...extensions(wish))),
  );
  const signature = sign("sha256", body, issuer?.keyObject ?? privateKey);
  const whole = sequence(body, ecdsaWithSha256, tagged(0x03, Buffer.concat([Buffer.of(0), signature])));
  return {
    name,
    certificate: pem(whole),
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    keyObject: privateKey,
  };
}

function extensions({
  name,
  alternatives = [name],
  authority = false,
  permitted,
  forClients = false,
}: Wish): Buffer[] {
  const names = alternatives.map((alternative) =>
    isIPv4(alternative)
      ? tagged(0x87, Buffer.from(alternative.split(".").map(Number)))
      : tagged(0x82, Buffer.from(alternative)),
  );
  const constraint =
    permitted === undefined ? [] : [tagged(0xa0, sequence(tagged(0x82, Buffer.from(permitted))))];
  return [
    extension("551d13", sequence(...(authority ? [tagged(0x01, Buffer.of(0xff))] : []))),
    ...(authority ? [] : [extension("551d11", sequence(...names))]),
    ...(forClients ? [extension("551d25", sequence(clientAuth))] : []),
    ...(constraint.length === 0 ? [] : [extension("551d1e", sequence(...constraint))]),
  ];
}

/** id-kp-clientAuth (RFC 5280, 4.2.1.12). */
const clientAuth = tagged(0x06, Buffer.from("2b06010505070302", "hex"));

function extension(oid: string, value: Buffer): Buffer {
  return sequence(tagged(0x06, Buffer.from(oid, "hex")), tagged(0x04, value));
}

/** A tag, the length in DER, and the content. */
function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  if (length < 128) return Buffer.concat([Buffer.of(tag, length), content]);
  if (length < 256) return Buffer.concat([Buffer.of(tag, 0x81, length), content]);
  return Buffer.concat([Buffer.of(tag, 0x82, length >> 8, length & 0xff), content]);
}

function sequence(...parts: Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

const ecdsaWithSha256 = sequence(tagged(0x06, Buffer.from("2a8648ce3d040302", "hex")));

function commonName(name: string): Buffer {
  const attribute = sequence(tagged(0x06, Buffer.from("550403", "hex")), tagged(0x0c, Buffer.from(name)));
  return sequence(tagged(0x31, attribute));
}

function time(date: Date): Buffer {
  return tagged(0x18, Buffer.from(`${date.toISOString().replaceAll(/[-:T]/g, "").slice(0, 14)}Z`));
}

function pem(der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
