import { expect, test } from "bun:test";
import { generateHybridIdentity, generateX25519Identity, identityToRecipient } from "age-encryption";
import { decryptStream, encryptStream } from "../../../../sdk/systems/age/index.ts";
import { streamOf } from "../../../../sdk/systems/age/stream-of.ts";
import { rejectionOf } from "../../../support/rejection.ts";

const chunk = 64 * 1024;
const identity = await generateX25519Identity();
const recipient = await identityToRecipient(identity);

function bytes(...parts: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return streamOf(
    (async function* () {
      yield* parts;
    })(),
  );
}

async function bytesOf(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function encrypted(
  plain: Uint8Array,
  recipients: readonly string[] = [recipient],
): Promise<Uint8Array> {
  return bytesOf(await encryptStream(bytes(plain), recipients));
}

async function decrypted(
  sealed: Uint8Array,
  identities: readonly string[] = [identity],
): Promise<Uint8Array> {
  return bytesOf(await decryptStream(bytes(sealed), identities));
}

/** Anything but zeroes: a mistake in the order of chunks must show. */
function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) & 255);
}

test.each([0, 1, chunk - 1, chunk, chunk + 1, 3 * chunk])(
  "%d bytes come back as they were",
  async (length) => {
    const plain = pattern(length);
    const sealed = await encrypted(plain);
    expect(sealed.length).toBeGreaterThan(length);
    expect(Bun.hash(await decrypted(sealed))).toBe(Bun.hash(plain));
  },
);

test("each recipient's identity opens it by itself, one of the post-quantum kind too", async () => {
  const other = await generateX25519Identity();
  const hybrid = await generateHybridIdentity();
  const plain = pattern(1_000);
  const both = await encrypted(plain, [recipient, await identityToRecipient(other)]);
  expect(await decrypted(both, [identity])).toEqual(plain);
  expect(await decrypted(both, [other])).toEqual(plain);
  expect(await decrypted(await encrypted(plain, [await identityToRecipient(hybrid)]), [hybrid])).toEqual(
    plain,
  );
});

test("an identity that it was not encrypted to is told from damage", async () => {
  const sealed = await encrypted(pattern(10));
  expect(await rejectionOf(decrypted(sealed, [await generateX25519Identity()]))).toMatchObject({
    code: "DECRYPTION_FAILED",
    message: "no identity of the file opens this backup",
  });
});

test("a file that was cut short fails, wherever the cut is", async () => {
  const sealed = await encrypted(pattern(2 * chunk + 500));
  const payload = sealed.length - (2 * chunk + 500 + 3 * 16);
  const cuts = [0, 1, 20, 100, payload - 1, payload, payload + 15, payload + 16, payload + chunk + 16];
  for (const cut of [...cuts, payload + 2 * (chunk + 16), sealed.length - 1]) {
    const failure = await rejectionOf(decrypted(sealed.subarray(0, cut)));
    expect({ cut, failure }).toMatchObject({ cut, failure: { code: "DECRYPTION_FAILED" } });
  }
});

test("a flipped bit fails, in the header and in every chunk", async () => {
  const sealed = await encrypted(pattern(2 * chunk));
  for (const place of [5, 40, 120, 190, 400, chunk + 300, sealed.length - 1]) {
    const damaged = Uint8Array.from(sealed);
    damaged[place] = (damaged[place] ?? 0) ^ 1;
    const failure = await rejectionOf(decrypted(damaged));
    expect({ place, failure }).toMatchObject({ place, failure: { code: "DECRYPTION_FAILED" } });
  }
});

test("a header without an end is refused before it fills the memory", async () => {
  let given = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(
        given === 0 ? Buffer.from("age-encryption.org/v1\n") : new Uint8Array(chunk).fill(65),
      );
      given += 1;
    },
  });
  expect(await rejectionOf(decryptStream(endless, [identity]))).toMatchObject({
    why: "its header has no end",
  });
  expect(given).toBeLessThan(20);
});

test("a source that breaks keeps its own error, in both directions", async () => {
  const broken = new Error("EIO: i/o error, read");
  const breaking = (first: Uint8Array) =>
    streamOf(
      (async function* () {
        yield first;
        throw broken;
      })(),
    );
  const sealed = await encrypted(pattern(3 * chunk));
  expect(await rejectionOf(encryptStream(breaking(pattern(3)), [recipient]).then(bytesOf))).toBe(broken);
  expect(await rejectionOf(decryptStream(breaking(sealed.subarray(0, 90)), [identity]).then(bytesOf))).toBe(
    broken,
  );
  expect(
    await rejectionOf(decryptStream(breaking(sealed.subarray(0, 2 * chunk)), [identity]).then(bytesOf)),
  ).toBe(broken);
});

test("no more is read ahead than some chunks, however slow the reader", async () => {
  let made = 0;
  const total = 16 * 1024 * 1024;
  const source = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (made >= total) return controller.close();
      made += chunk;
      controller.enqueue(new Uint8Array(chunk));
    },
  });
  const plain = await decryptStream(await encryptStream(source, [recipient]), [identity]);
  let seen = 0;
  let ahead = 0;
  for await (const part of plain) {
    seen += part.length;
    if (seen % (chunk * 64) === 0) await Bun.sleep(1);
    ahead = Math.max(ahead, made - seen);
  }
  expect(seen).toBe(total);
  expect(ahead).toBeLessThan(32 * chunk);
});

test("who reads no further lets the source go", async () => {
  let let_go = false;
  const source = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(chunk)),
    cancel() {
      let_go = true;
    },
  });
  const sealed = await encryptStream(source, [recipient]);
  for await (const _ of sealed) break;
  expect(let_go).toBe(true);
});

test("without a recipient, or with one that is none, nothing is encrypted", async () => {
  expect(await rejectionOf(encryptStream(bytes(), []))).toMatchObject({ code: "CONFIG_INVALID" });
  expect(await rejectionOf(encryptStream(bytes(), ["age1nobody"]))).toMatchObject({ code: "CONFIG_INVALID" });
});
