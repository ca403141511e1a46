const slash = 0x2f;

/**
 * A path of bytes as a person may read it on one line: what is no text, or would move the cursor, stands as `\xNN`, and a
 * backslash as `\\`, so that two paths never look the same.
 */
export function shownPath(path: Uint8Array): string {
  let shown = "";
  for (const { segment } of pieces(path)) shown += segment;
  return shown;
}

function* pieces(path: Uint8Array): Generator<{ segment: string }> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for (let at = 0; at < path.length; ) {
    const length = sequenceLength(path[at] ?? 0);
    const bytes = path.subarray(at, at + length);
    const text = decoded(decoder, bytes);
    if (text === undefined) {
      yield { segment: escaped(path.subarray(at, at + 1)) };
      at += 1;
    } else {
      yield { segment: text === "\\" ? "\\\\" : unprintable.test(text) ? escaped(bytes) : text };
      at += length;
    }
  }
}

const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

function sequenceLength(first: number): number {
  return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

function decoded(decoder: TextDecoder, bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

function escaped(bytes: Uint8Array): string {
  return [...bytes].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
}

/** A name in a folder, as one path. */
export function joined(folder: Uint8Array, name: Uint8Array): Uint8Array {
  const needsSlash = folder.length > 0 && folder.at(-1) !== slash;
  return Buffer.concat(needsSlash ? [folder, Buffer.from("/"), name] : [folder, name]);
}
