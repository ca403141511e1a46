import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateX25519Identity } from "age-encryption";
import { decryptStream, readIdentities } from "../../../../sdk/systems/age/index.ts";
import { rejectionOf } from "../../../support/rejection.ts";

const folder = mkdtempSync(join(tmpdir(), "identities-"));
afterAll(() => rmSync(folder, { recursive: true }));

const [one, other] = [await generateX25519Identity(), await generateX25519Identity()];

function fileWith(text: string): string {
  const path = join(folder, crypto.randomUUID());
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

function refusal(path: string): unknown {
  try {
    return readIdentities(path);
  } catch (thrown) {
    return thrown;
  }
}

test("identities are read as age-keygen writes them, comments, blank lines and CRLF aside", () => {
  const path = fileWith(`# created: 2026-01-01T00:00:00Z\r\n# public key: age1…\r\n${one}\r\n\r\n${other}\n`);
  expect(readIdentities(path)).toEqual([one, other]);
});

test.each([
  ["nothing", ""],
  ["comments alone", "# created: today\n"],
  ["a recipient", "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p\n"],
  ["a key of another program", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNz\n"],
  ["an identity that is encrypted itself", "age-encryption.org/v1\n-> scrypt abc 18\n"],
])("a file with %s is refused, and none of it is repeated", (_, text) => {
  const failure = refusal(fileWith(text));
  expect(failure).toMatchObject({ code: "IDENTITY_UNREADABLE", exitCode: 2 });
  if (text !== "") expect(JSON.stringify(failure)).not.toContain(text.trim().split("\n").at(-1));
});

test("a file that is not there, and a folder, are refused", () => {
  expect(refusal(join(folder, "none"))).toMatchObject({ code: "IDENTITY_UNREADABLE" });
  expect(refusal(folder)).toMatchObject({ code: "IDENTITY_UNREADABLE" });
});

test("a slip in an identity is refused without a word of it", async () => {
  const slipped = one.replace(/.$/, (last) => (last === "Q" ? "P" : "Q"));
  const identities = readIdentities(fileWith(slipped));
  const failure = await rejectionOf(decryptStream(new Blob([]).stream(), identities));
  expect(failure).toMatchObject({ code: "IDENTITY_UNREADABLE" });
  expect(Bun.inspect(failure)).not.toContain(slipped.slice(20));
  expect(Bun.inspect(failure).toUpperCase()).not.toContain(slipped.slice(20));
});
