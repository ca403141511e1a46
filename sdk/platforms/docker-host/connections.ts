/** The kernel's number for an established connection in /proc/net/tcp (include/net/tcp_states.h). */
const established = "01";

/** How many established connections of a /proc/net/tcp table lead to one of these IPv4 addresses. */
export function establishedTo(addresses: readonly string[], table: string): number {
  const wanted = new Set(addresses.map(asKernelHex));
  return table
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , remote, state]) => state === established && wanted.has(remote?.split(":")[0] ?? "")).length;
}

/** The kernel prints an IPv4 address as the hexadecimal of its bytes in the host's order, which is little-endian here. */
function asKernelHex(address: string): string {
  return address
    .split(".")
    .reverse()
    .map((part) => Number(part).toString(16).padStart(2, "0").toUpperCase())
    .join("");
}
