import type { Decrypter } from "age-encryption";
import { Failure, messageOf } from "../../core/errors/index.ts";
import { headerGuard, NoAgeHeader } from "./header.ts";
import { streamOf } from "./stream-of.ts";

/**
 * Decrypts a stream with whichever identity fits (see `readIdentities`). What it yields is authentic, chunk by chunk, but
 * whole only once it has ended: a file that was cut short fails at its end, at every length.
 *
 * @throws Failure DECRYPTION_FAILED, at once or into the stream; whatever the source threw passes as it is.
 */
export async function decryptStream(
  sealed: ReadableStream<Uint8Array>,
  identities: readonly string[],
): Promise<ReadableStream<Uint8Array>> {
  const decrypter = await decrypterWith(identities);
  const source = watched(sealed);
  const plain = await decrypter.decrypt(source.stream.pipeThrough(headerGuard())).catch((thrown: unknown) => {
    throw source.broken?.thrown ?? failureOf(thrown);
  });
  return streamOf(
    (async function* () {
      try {
        yield* plain;
      } catch (thrown) {
        throw source.broken?.thrown ?? failureOf(thrown);
      }
    })(),
  );
}

async function decrypterWith(identities: readonly string[]): Promise<Decrypter> {
  const age = await import("age-encryption");
  const decrypter = new age.Decrypter();
  try {
    for (const identity of identities) decrypter.addIdentity(identity);
  } catch {
    // The library repeats the identity in its message: neither that nor the error itself may go any further.
    throw new Failure("IDENTITY_UNREADABLE", {
      message: "an identity is not as age-keygen made it",
      why: "it has a letter too few, too many or wrong",
      remedy: "copy the identity file once more from where it is kept",
    });
  }
  return decrypter;
}

interface Watched {
  stream: ReadableStream<Uint8Array>;
  /** What the source itself failed with. */
  broken: { thrown: unknown } | undefined;
}

/** A disk that fails while it is read says nothing about what is on it: its error must not be taken for damage. */
function watched(stream: ReadableStream<Uint8Array>): Watched {
  const source: Watched = { stream, broken: undefined };
  source.stream = streamOf(
    (async function* () {
      try {
        yield* stream;
      } catch (thrown) {
        source.broken = { thrown };
        throw thrown;
      }
    })(),
  );
  return source;
}

function failureOf(thrown: unknown): Failure {
  const said = messageOf(thrown);
  if (/no identity matched/i.test(said)) {
    return new Failure("DECRYPTION_FAILED", {
      message: "no identity of the file opens this backup",
      why: "it was encrypted to other recipients",
      remedy: "name the identity file that belongs to a recipient of that time",
    });
  }
  return new Failure("DECRYPTION_FAILED", {
    message: "the encrypted backup is damaged or cut short",
    why: thrown instanceof NoAgeHeader ? said : `age could not open it: ${said}`,
    remedy: "use another copy of this backup, or an older backup",
    cause: thrown,
  });
}
