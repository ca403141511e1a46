import { expect, test } from "bun:test";
import { remoteSchema } from "../../../../sdk/core/config/schema/backups-remote.ts";

const good = {
  endpoint: "https://acme.blob.core.windows.net",
  container: "backups",
  auth: { method: "managed-identity" },
};

test("a remote needs an address, a container and who this host is, and no more", () => {
  expect(remoteSchema.parse(good)).toMatchObject({ ...good, deadline: 6 * 3_600_000 });
});

test.each([
  "http://127.0.0.1:10000/devstoreaccount1",
  "http://localhost:10000/devstoreaccount1",
  "http://[::1]:10000/devstoreaccount1",
])("plain HTTP is taken where it does not leave this host: %s", (endpoint) => {
  expect(remoteSchema.safeParse({ ...good, endpoint }).success).toBe(true);
});

test.each([
  ["http://acme.blob.core.windows.net", "expected https://"],
  ["http://127.0.0.1.example.com", "expected https://"],
  ["ftp://acme.blob.core.windows.net", "expected https://"],
  ["https://acme.blob.core.windows.net?sv=2024&sig=abc", "the account's address alone"],
  ["https://user:pw@acme.blob.core.windows.net", "the account's address alone"],
  ["acme", "Invalid URL"],
  ["", "Invalid URL"],
])("the address %j is refused: %s", (endpoint, message) => {
  const { error } = remoteSchema.safeParse({ ...good, endpoint });
  expect(error?.issues.map((issue) => issue.message).join("\n")).toContain(message);
});

test.each(["Backups", "ab", "-abc", "abc-", "a--b", "a/b", "a".repeat(64), "../x"])(
  "the container %s is refused",
  (container) => {
    expect(remoteSchema.safeParse({ ...good, container }).success).toBe(false);
  },
);

test.each(["/a", "a/", "a//b", "../a", "a/../b", "a b", ""])("the prefix %j is refused", (prefix) => {
  expect(remoteSchema.safeParse({ ...good, prefix }).success).toBe(false);
});

test.each([
  { method: "sas", file: "x" },
  { method: "sas-file" },
  { method: "sas-variable", variable: "X", token: "sv=1&sig=2" },
  { method: "managed-identity", clientSecret: "x" },
])("auth %j is refused", (auth) => {
  expect(remoteSchema.safeParse({ ...good, auth }).success).toBe(false);
});
