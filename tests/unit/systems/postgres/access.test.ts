import { expect, test } from "bun:test";
import { identifier, isPrivate, literal } from "../../../../sdk/systems/postgres/index.ts";

test("only sockets, the loopback and private networks do without TLS", () => {
  for (const host of [
    "/run/postgresql",
    "localhost",
    "127.0.0.1",
    "172.30.80.3",
    "10.1.2.3",
    "::1",
    "fd00::1",
  ])
    expect([host, isPrivate(host)]).toEqual([host, true]);
  for (const host of ["db.example.org", "8.8.8.8", "172.32.0.1", "localhost.example.org", "2001:db8::1", ""])
    expect([host, isPrivate(host)]).toEqual([host, false]);
});

test("names and texts are quoted, whatever is in them", () => {
  expect(identifier('my "odd" name')).toBe('"my ""odd"" name"');
  expect(literal("it's")).toBe("'it''s'");
  expect(literal("back\\slash")).toBe(" E'back\\\\slash'");
});
