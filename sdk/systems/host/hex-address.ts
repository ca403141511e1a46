/** An IP address from the kernel's tables: 32-bit words in hexadecimal, each with its lowest byte first. */
export function hexAddress(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).reverse());
  if (bytes.length === 4) return dotted(bytes);
  const mapped = bytes.slice(0, 12).join("") === "00000000000000000000ffff".toUpperCase();
  if (mapped) return dotted(bytes.slice(12));
  if (bytes.every((byte) => byte === "00")) return "::";
  if (bytes.slice(0, 15).every((byte) => byte === "00") && bytes[15] === "01") return "::1";
  const groups = bytes.join("").match(/.{4}/g) ?? [];
  return groups.map((group) => Number.parseInt(group, 16).toString(16)).join(":");
}

function dotted(bytes: readonly string[]): string {
  return bytes.map((byte) => Number.parseInt(byte, 16)).join(".");
}
