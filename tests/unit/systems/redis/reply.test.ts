import { expect, test } from "bun:test";
import fc from "fast-check";
import { RedisError, type Reply } from "../../../../sdk/systems/redis/index.ts";
import { readReply } from "../../../../sdk/systems/redis/reply.ts";

function encoded(reply: Reply): string {
  if (reply === null) return "$-1\r\n";
  if (typeof reply === "number") return `:${reply}\r\n`;
  if (reply instanceof RedisError) return `-${reply.message}\r\n`;
  if (Array.isArray(reply)) return `*${reply.length}\r\n${reply.map(encoded).join("")}`;
  return `$${Buffer.byteLength(reply)}\r\n${reply}\r\n`;
}

const word = fc.stringMatching(/^[A-Z]{1,9} [a-z ]{0,20}$/);
const leaf = fc.oneof(
  fc.constant(null),
  fc.integer(),
  fc.string({ unit: "binary", maxLength: 30 }).filter((text) => text.isWellFormed()),
  word.map((text) => new RedisError(text)),
);
const anyReply: fc.Arbitrary<Reply> = fc.oneof(
  leaf,
  fc.array(fc.oneof(leaf, fc.array(leaf, { maxLength: 3 }))),
);

test("whatever Redis answers is read, with what follows left over", () => {
  fc.assert(
    fc.property(anyReply, fc.string({ maxLength: 10 }), (reply, rest) => {
      const bytes = Buffer.from(encoded(reply));
      const read = readReply(Buffer.concat([bytes, Buffer.from(rest)]));
      expect(read).toEqual({ reply, length: bytes.length });
    }),
  );
});

test("a reply that has not come whole is waited for, wherever it was cut", () => {
  fc.assert(
    fc.property(anyReply, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (reply, share) => {
      const bytes = Buffer.from(encoded(reply));
      expect(readReply(bytes.subarray(0, Math.floor(bytes.length * share)))).toBeUndefined();
    }),
  );
});

test("simple texts are read, and what is not Redis's protocol is refused at its first byte", () => {
  expect(readReply(Buffer.from("+PONG\r\n"))).toEqual({ reply: "PONG", length: 7 });
  expect(() => readReply(Buffer.from("HTTP/1.1 400 Bad Request\r\n"))).toThrow("does not speak Redis");
  expect(() => readReply(Buffer.from("$many\r\n"))).toThrow("does not speak Redis");
});

test("an answer without an end is given up at a megabyte, and lists in lists have a bound", () => {
  expect(() => readReply(Buffer.from(`$2000000000\r\n${"x".repeat(1_100_000)}`))).toThrow("larger than any");
  expect(() => readReply(Buffer.from("*1\r\n".repeat(100)))).toThrow("does not speak Redis");
});
