/** A line is handed out in pieces once it has this many characters: a program that never ends one must not fill the memory. */
const longestLine = 4 * 1024 * 1024;

/**
 * The lines of a byte stream, without their ends. A last line without an end counts; bytes that are not UTF-8 become
 * U+FFFD; a line of more than 4 Mi characters comes in pieces.
 */
export async function* splitLines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const [first = "", ...others] = decoder.decode(chunk, { stream: true }).split("\n");
    rest += first;
    for (const line of others) {
      yield rest;
      rest = line;
    }
    while (rest.length > longestLine) {
      yield rest.slice(0, longestLine);
      rest = rest.slice(longestLine);
    }
  }
  rest += decoder.decode();
  if (rest !== "") yield rest;
}

/** Collects lines into one text of at most `characters`, dropping the oldest lines; tells `each` of every one. */
export async function keepTail(
  lines: AsyncIterable<string>,
  characters: number,
  each: (line: string) => void,
): Promise<string> {
  const kept: string[] = [];
  let first = 0;
  let size = 0;
  for await (const line of lines) {
    each(line);
    kept.push(line);
    size += line.length + 1;
    while (size > characters && first < kept.length - 1) {
      size -= (kept[first]?.length ?? 0) + 1;
      kept[first] = "";
      first += 1;
    }
  }
  return kept
    .slice(first)
    .map((line) => `${line}\n`)
    .join("");
}
