const alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
const checksumLength = 6;

export interface Bech32 {
  /** What stands before the last `1`, in lower case. */
  prefix: string;
  /** How many bytes follow it, without the checksum. */
  byteLength: number;
}

/** Takes a Bech32 text apart (BIP-173, without its limit of 90 characters, as age has it); undefined when it is none. */
export function readBech32(text: string): Bech32 | undefined {
  const lower = text.toLowerCase();
  if (text !== lower && text !== text.toUpperCase()) return undefined;
  const separator = lower.lastIndexOf("1");
  const prefix = lower.slice(0, separator);
  const values = Array.from(lower.slice(separator + 1), (letter) => alphabet.indexOf(letter));
  if (separator < 1 || values.length < checksumLength || values.includes(-1)) return undefined;
  if (checksumOf([...expanded(prefix), ...values]) !== 1) return undefined;
  return { prefix, byteLength: Math.floor(((values.length - checksumLength) * 5) / 8) };
}

function expanded(prefix: string): number[] {
  const codes = Array.from(prefix, (letter) => letter.charCodeAt(0));
  return [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)];
}

function checksumOf(values: readonly number[]): number {
  return values.reduce((checksum, value) => {
    const top = checksum >>> 25;
    const shifted = ((checksum & 0x1ffffff) << 5) ^ value;
    return generators.reduce((sum, generator, bit) => ((top >>> bit) & 1 ? sum ^ generator : sum), shifted);
  }, 1);
}
