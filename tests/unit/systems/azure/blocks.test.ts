import { expect, test } from "bun:test";
import { blockBytes, blockOf } from "../../../../sdk/systems/azure/blob/blocks.ts";

const mebibyte = 1024 * 1024;

test("however large a file, it has no more blocks than Azure takes, and no larger ones", () => {
  expect(blockBytes(0)).toBe(4 * mebibyte);
  for (const size of [1, 5e9, 2e11, 2.1e11, 1e13, 190e12]) {
    const bytes = blockBytes(size);
    expect(Math.ceil(size / bytes)).toBeLessThanOrEqual(50_000);
    expect(bytes).toBeLessThanOrEqual(4_000 * mebibyte);
    expect(bytes % mebibyte).toBe(0);
  }
});

test("an id tells place and content, and has one length", () => {
  const one = blockOf(0, Buffer.from("a"));
  expect(blockOf(0, Buffer.from("a")).id).toBe(one.id);
  expect(blockOf(1, Buffer.from("a")).id).not.toBe(one.id);
  expect(blockOf(0, Buffer.from("b")).id).not.toBe(one.id);
  expect(blockOf(49_999, Buffer.alloc(0)).id).toHaveLength(one.id.length);
  expect(Buffer.from(one.id, "base64").length).toBeLessThanOrEqual(64);
});
