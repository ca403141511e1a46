const magic = "age-encryption.org/v1\n";
/** A header has some 100 bytes a recipient, 2 KiB for one of the post-quantum kind. */
const mostBytes = 64 * 1024;
const decoder = new TextDecoder("latin1");

/** What is wrong with the first bytes of something that is said to be age's; undefined when nothing is. */
export class NoAgeHeader extends Error {}

/**
 * Lets a stream pass when it begins with a header of age that has an end. The library keeps a header in memory until
 * that end, so that a file without one would fill it.
 *
 * @throws NoAgeHeader into the stream.
 */
export function headerGuard(): TransformStream<Uint8Array, Uint8Array> {
  let held: Uint8Array[] = [];
  let text: string | undefined = "";
  return new TransformStream({
    transform(chunk, controller) {
      if (text === undefined) return controller.enqueue(chunk);
      held.push(chunk);
      text += decoder.decode(chunk.subarray(0, mostBytes));
      if (!hasHeader(text)) return;
      for (const part of held) controller.enqueue(part);
      held = [];
      text = undefined;
    },
    flush() {
      if (text !== undefined)
        throw new NoAgeHeader(text === "" ? "it is empty" : "it ends within its header");
    },
  });
}

function hasHeader(text: string): boolean {
  if (text.slice(0, magic.length) !== magic.slice(0, text.length)) {
    throw new NoAgeHeader("it is not encrypted by age, or is in another form than its binary one");
  }
  const mac = text.indexOf("\n--- ");
  const hasEnd = mac !== -1 && text.indexOf("\n", mac + 1) !== -1;
  if (!hasEnd && text.length > mostBytes) throw new NoAgeHeader("its header has no end");
  return hasEnd;
}
