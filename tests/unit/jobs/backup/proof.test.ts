import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { startProof } from "../../../../sdk/jobs/backup/proof.ts";

const deadlineMs = 20_000;

/** Children of this process that have not ended. */
function children(): string[] {
  const of = `/proc/self/task/${process.pid}/children`;
  return readFileSync(of, "utf8").split(" ").filter(Boolean);
}

test("a proof whose reader is not installed leaves neither a decoder nor a pipe behind", () => {
  const open = () => readdirSync("/proc/self/fd").length;
  const before = { open: open(), children: children() };
  const reader = { name: "reader", argv: ["no-such-program"] };
  expect(() => startProof(reader, { deadlineMs })).toThrow("there is no program no-such-program");
  expect({ open: open(), children: children() }).toEqual(before);
});

test("a proof that is given up beside a reader that takes nothing ends, and closes its pipe once", async () => {
  const compressed = Bun.zstdCompressSync(Buffer.alloc(30_000_000, "content"));
  const proof = startProof({ name: "reader", argv: ["sleep", "600"] }, { deadlineMs });
  await proof.write(compressed);
  await proof[Symbol.asyncDispose]();
  await proof[Symbol.asyncDispose]();
});
