import { expect, test } from "bun:test";
import { generateHybridIdentity, generateX25519Identity, identityToRecipient } from "age-encryption";
import { ageRecipient } from "../../../../sdk/core/config/schema/age-recipient.ts";

const schema = ageRecipient();
const recipient = await identityToRecipient(await generateX25519Identity());

test("recipients that age-keygen prints are taken, of the post-quantum kind too", async () => {
  for (let count = 0; count < 20; count += 1) {
    expect(schema.parse(await identityToRecipient(await generateX25519Identity()))).toStartWith("age1");
  }
  expect(schema.parse(await identityToRecipient(await generateHybridIdentity()))).toStartWith("age1pq1");
});

test("one wrong letter, anywhere, is refused", () => {
  for (let place = 4; place < recipient.length; place += 1) {
    const wrong = recipient[place] === "q" ? "p" : "q";
    const slipped = recipient.slice(0, place) + wrong + recipient.slice(place + 1);
    expect(schema.safeParse(slipped).success).toBe(false);
  }
});

test("two letters in the wrong order are refused", () => {
  for (let place = 4; place < recipient.length - 1; place += 1) {
    const [one = "", other = ""] = recipient.slice(place, place + 2);
    if (one === other) continue;
    const swapped = recipient.slice(0, place) + other + one + recipient.slice(place + 2);
    expect(schema.safeParse(swapped).success).toBe(false);
  }
});

test.each([
  ["nothing", ""],
  ["a part of one", recipient.slice(0, -1)],
  ["more than one", `${recipient} ${recipient}`],
  ["capitals", recipient.toUpperCase()],
  ["an identity", "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"],
  ["a key of ssh", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ"],
])("%s is refused", (_, text) => {
  expect(schema.safeParse(text).success).toBe(false);
});
