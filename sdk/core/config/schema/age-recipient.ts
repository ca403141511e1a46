import { z } from "zod";
import { readBech32 } from "./bech32.ts";

/** The kinds of recipients that the age library encrypts to, and how many bytes the key of each has. */
const keyBytes: Readonly<Record<string, number>> = { age: 32, age1pq: 1216, age1tag: 33, age1tagpq: 1249 };

/** A recipient of the age format. Its checksum is looked at here, so that a slip of the hand never becomes a backup that nobody can open. */
export function ageRecipient() {
  return z.string().refine(isRecipient, { error: ({ input }) => mistakeIn(String(input)) });
}

function isRecipient(text: string): boolean {
  const key = readBech32(text);
  return key !== undefined && text.startsWith("age1") && keyBytes[key.prefix] === key.byteLength;
}

function mistakeIn(text: string): string {
  if (/^ssh-/.test(text)) return "expected a key of age itself (age1…), as age-keygen makes it";
  if (/^age1[a-z0-9]+$/.test(text))
    return "expected an age recipient; this one has a letter too few, too many or wrong";
  return "expected an age recipient (age1…), the public key that age-keygen prints";
}
