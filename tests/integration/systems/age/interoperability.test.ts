import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run, succeed } from "../../../../sdk/core/process/index.ts";
import { decryptStream, encryptStream, readIdentities } from "../../../../sdk/systems/age/index.ts";
import { rejectionOf } from "../../../support/rejection.ts";

const limits = { deadlineMs: 30_000 };
const plain = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 7 + (index >> 9)) & 255);

let folder: string;
let keyFile: string;
let recipient: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "age-"));
  keyFile = join(folder, "key.txt");
  await succeed(["age-keygen", "-o", keyFile], limits);
  recipient = (await succeed(["age-keygen", "-y", keyFile], limits)).trim();
  writeFileSync(join(folder, "plain"), plain);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function encryptTo(path: string): Promise<void> {
  await Bun.write(
    path,
    new Response(await encryptStream(Bun.file(join(folder, "plain")).stream(), [recipient])),
  );
}

test("what is encrypted here, age opens", async () => {
  const sealed = join(folder, "ours.age");
  await encryptTo(sealed);
  await succeed(["age", "--decrypt", "-i", keyFile, "-o", join(folder, "opened"), sealed], limits);
  expect(readFileSync(join(folder, "opened")).equals(plain)).toBe(true);
});

test("what age encrypted is opened here, with the identity file that age-keygen wrote", async () => {
  const sealed = join(folder, "theirs.age");
  await succeed(["age", "-r", recipient, "-o", sealed, join(folder, "plain")], limits);
  const opened = await decryptStream(Bun.file(sealed).stream(), readIdentities(keyFile));
  expect(Buffer.from(await new Response(opened).arrayBuffer()).equals(plain)).toBe(true);
});

test("the armored form is refused by name, and an encrypted identity file too", async () => {
  const armored = join(folder, "armored.age");
  await succeed(["age", "-a", "-r", recipient, "-o", armored, join(folder, "plain")], limits);
  expect(await rejectionOf(decryptStream(Bun.file(armored).stream(), readIdentities(keyFile)))).toMatchObject(
    {
      code: "DECRYPTION_FAILED",
      why: expect.stringContaining("another form than its binary one"),
    },
  );
  expect(() => readIdentities(armored)).toThrow(`the identity file ${armored} cannot be used`);
});

test("where this finds an end that is missing, age does too", async () => {
  const whole = join(folder, "whole.age");
  await encryptTo(whole);
  const cut = join(folder, "cut.age");
  // At the border of two chunks of the format, where nothing but the mark of the last chunk tells.
  const overhead = readFileSync(whole).length - plain.length - 5 * 16;
  writeFileSync(cut, readFileSync(whole).subarray(0, overhead + 4 * (64 * 1024 + 16)));
  const theirs = await run(["age", "--decrypt", "-i", keyFile, "-o", "/dev/null", cut], limits);
  expect(theirs.exitCode).toBe(1);
  const ours = await decryptStream(Bun.file(cut).stream(), readIdentities(keyFile));
  expect(await rejectionOf(new Response(ours).arrayBuffer())).toMatchObject({ code: "DECRYPTION_FAILED" });
});
