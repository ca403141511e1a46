import { expect, test } from "bun:test";
import { tmpdir } from "node:os";
import type { PostgresFacts } from "../../../../sdk/core/manifest/index.ts";
import { canLayDown } from "../../../../sdk/systems/postgres/index.ts";

const facts: PostgresFacts = {
  serverVersion: 150_000,
  encoding: "UTF8",
  collation: "C",
  characterType: "C",
  localeProvider: "c",
  owner: "owner",
  connectionLimit: -1,
  settings: [],
  extensions: [],
  tables: [],
  largeObjects: 0,
  size: 10 ** 15,
};
const server = {
  host: "127.0.0.1",
  port: 1,
  user: "u",
  password: undefined,
  tls: { mode: "off" },
  container: undefined,
  project: "p",
} as const;

test.each([
  ["a folder of a disk with room", tmpdir(), 10, 0, true],
  ["one without room for it and what is restored of it", tmpdir(), 10 ** 14, 0, false],
  ["one without room for rows that are short and many", tmpdir(), 10, 10 ** 13, false],
  ["the machine's memory", "/dev/shm", 10, 0, false],
])("a dump is laid down in %s, or not", async (_, folder, rawBytes, rows, can) => {
  const tables = [{ schema: "public", name: "t", rows }];
  const dump = { name: "app", rawBytes, facts: { ...facts, tables } };
  expect(await canLayDown(server, folder, dump, { deadlineMs: 20_000 })).toBe(can);
});
