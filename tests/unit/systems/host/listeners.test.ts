import { expect, test } from "bun:test";
import { hexAddress } from "../../../../sdk/systems/host/hex-address.ts";
import { listeners, ownerOf } from "../../../../sdk/systems/host/index.ts";

test.each([
  ["0100007F", "127.0.0.1"],
  ["00000000", "0.0.0.0"],
  ["0500A8C0", "192.168.0.5"],
  ["00000000000000000000000000000000", "::"],
  ["00000000000000000000000001000000", "::1"],
  ["0000000000000000FFFF00000100007F", "127.0.0.1"],
  ["000080FE00000000FF0000FE01000000", "fe80:0:0:0:fe00:ff:0:1"],
])("the kernel's %s is %s", (hex, address) => {
  expect(hexAddress(hex)).toBe(address);
});

test("a socket of this process is found, with its owner", async () => {
  const server = Bun.listen({
    port: 0,
    hostname: "127.0.0.1",
    socket: { data: () => undefined },
  });
  const found = (await listeners()).find(({ port }) => port === server.port);
  expect(found?.address).toBe("127.0.0.1");
  expect(found && ownerOf(found)).toMatchObject({ pid: process.pid });
  server.stop(true);
});
