import { Failure, messageOf } from "../../core/errors/index.ts";

/**
 * Encrypts a stream of bytes to recipients (`age1…`); any one of their identities opens it. Nothing here can open it
 * again. Memory stays at some 64 KiB chunks, since nothing is read before it is asked for.
 *
 * @throws Failure CONFIG_INVALID when there is no recipient, or one that is not to be encrypted to; nothing has been read then.
 */
export async function encryptStream(
  plain: ReadableStream<Uint8Array>,
  recipients: readonly string[],
): Promise<ReadableStream<Uint8Array>> {
  if (recipients.length === 0) throw unusable("no recipient is named");
  const { Encrypter } = await import("age-encryption");
  const encrypter = new Encrypter();
  try {
    for (const recipient of recipients) encrypter.addRecipient(recipient);
    return await encrypter.encrypt(plain);
  } catch (thrown) {
    throw unusable(messageOf(thrown));
  }
}

function unusable(why: string): Failure {
  return new Failure("CONFIG_INVALID", {
    message: "the backup cannot be encrypted",
    why,
    remedy: "name recipients as age-keygen prints them (age1…) in the configuration",
  });
}
