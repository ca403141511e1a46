/** The kernel's number for an established connection in /proc/net/tcp (include/net/tcp_states.h). */
const established = "01";

/** An IPv4 address as an IPv6 socket holds it, ::ffff:a.b.c.d, by the kernel's words of four bytes. */
const mappedPrefix = "0000000000000000FFFF0000";

/** How many established connections of tables like /proc/net/tcp and /proc/net/tcp6 lead to one of these IPv4 addresses. */
export function establishedTo(addresses: readonly string[], table: string): number {
  const wanted = new Set(addresses.map(asKernelHex).flatMap((hex) => [hex, `${mappedPrefix}${hex}`]));
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
