/** A line is handed out in pieces once it has this many characters: a program that never ends one must not fill the memory. */
const longestLine = 4 * 1024 * 1024;

/**
 * The lines of a byte stream, without their ends. A last line without an end counts; bytes that are not UTF-8 become
 * U+FFFD; a line of more than 4 Mi characters comes in pieces.
 */
export async function* splitLines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  for await (const lines of linesAsTheyCome(stream)) yield* lines;
}

/** The same, as many at once as have come: a turn of the event loop for each would cost more than all else. */
async function* linesAsTheyCome(stream: ReadableStream<Uint8Array>): AsyncGenerator<string[]> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const lines: string[] = [];
    const [first = "", ...others] = decoder.decode(chunk, { stream: true }).split("\n");
    rest += first;
    for (const line of others) {
      lines.push(rest);
      rest = line;
    }
    while (rest.length > longestLine) {
      lines.push(rest.slice(0, longestLine));
      rest = rest.slice(longestLine);
    }
    yield lines;
  }
  rest += decoder.decode();
  if (rest !== "") yield [rest];
}

/** Collects the lines of a stream into one text of at most `characters`, dropping the oldest; tells `each` of every one. */
export async function keepTail(
  stream: ReadableStream<Uint8Array>,
  characters: number,
  each: (line: string) => void,
): Promise<string> {
  const kept: string[] = [];
  let first = 0;
  let size = 0;
  for await (const lines of linesAsTheyCome(stream)) {
    for (const line of lines) {
      each(line);
      kept.push(line);
      size += line.length + 1;
      while (size > characters && first < kept.length - 1) {
        size -= (kept[first]?.length ?? 0) + 1;
        kept[first] = "";
        first += 1;
      }
    }
  }
  return kept
    .slice(first)
    .map((line) => `${line}\n`)
    .join("");
}
