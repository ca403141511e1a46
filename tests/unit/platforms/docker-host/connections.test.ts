import { expect, test } from "bun:test";
import fc from "fast-check";
import { establishedTo } from "../../../../sdk/platforms/docker-host/connections.ts";

/** Lines as a kernel 6.1 prints them in a proxy's container. */
const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 91823 1 0000000000000000 100 0 0 10 0
   1: 0B00007F:8D3B 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 91702 1 0000000000000000 100 0 0 10 0
   2: 05001EAC:9C52 15001EAC:0FA0 01 00000000:00000000 02:00000A2F 00000000    33        0 95102 2 0000000000000000 20 4 30 10 -1
   3: 05001EAC:9C54 15001EAC:0FA1 01 00000000:00000000 02:00000A2F 00000000    33        0 95103 2 0000000000000000 20 4 30 10 -1
   4: 05001EAC:1F90 01001EAC:D1A6 01 00000000:00000000 00:00000000 00000000    33        0 95099 1 0000000000000000 20 4 30 10 -1
   5: 05001EAC:9C60 15001EAC:0FA1 06 00000000:00000000 03:000012C1 00000000     0        0 0 3 0000000000000000
   6: 05001EAC:9C62 16001EAC:0FA0 01 00000000:00000000 02:00000A2F 00000000    33        0 95110 2 0000000000000000 20 4 30 10 -1
`;

test("established connections to an address are counted, whatever their port", () => {
  expect(establishedTo(["172.30.0.21"], table)).toBe(2);
  expect(establishedTo(["172.30.0.22"], table)).toBe(1);
  expect(establishedTo(["172.30.0.21", "172.30.0.22"], table)).toBe(3);
});

test("listeners, connections that have ended, and those that come in are not counted", () => {
  expect(establishedTo(["0.0.0.0"], table)).toBe(0);
  expect(establishedTo(["172.30.0.5"], table)).toBe(0);
});

test("without addresses, and without a table, there are none", () => {
  expect(establishedTo([], table)).toBe(0);
  expect(establishedTo(["172.30.0.21"], "")).toBe(0);
});

test("a connection of an IPv6 socket to an IPv4 address is counted like any other", () => {
  const mapped =
    "   1: 0000000000000000FFFF000005001EAC:9C70 0000000000000000FFFF000015001EAC:0FA0 01 00000000:00000000";
  expect(establishedTo(["172.30.0.21"], `${table}${mapped}\n`)).toBe(3);
  expect(establishedTo(["172.30.0.22"], `${table}${mapped}\n`)).toBe(1);
});

test("every address is found as the kernel writes it, and no other is", () => {
  const kernelHex = (address: string) => {
    const bytes = address.split(".").map(Number);
    return new DataView(Uint8Array.from(bytes).buffer)
      .getUint32(0, true)
      .toString(16)
      .padStart(8, "0")
      .toUpperCase();
  };
  fc.assert(
    fc.property(fc.ipV4(), fc.ipV4(), (address, other) => {
      const line = `   2: 05001EAC:9C52 ${kernelHex(address)}:0FA0 01 00000000:00000000 02:00000A2F 00000000`;
      expect(establishedTo([address], line)).toBe(1);
      expect(establishedTo([other], line)).toBe(other === address ? 1 : 0);
    }),
  );
});
