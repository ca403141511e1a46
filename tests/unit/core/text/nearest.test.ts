import { expect, test } from "bun:test";
import { nearest } from "../../../../sdk/core/text/index.ts";

const known = ["disk-space", "docker-daemon", "memory", "list"];

test.each([
  ["disk-spce", "disk-space"],
  ["dsik-space", "disk-space"],
  ["memroy", "memory"],
  ["memori", "memory"],
  ["lst", "list"],
  ["postgres", undefined],
  ["", undefined],
])("%p was meant to be %p", (word, meant) => {
  expect(nearest(word, known)).toBe(meant);
});
