/** The lines of a byte stream, without their ends. A last line without an end counts; bytes that are not UTF-8 become U+FFFD. */
export async function* splitLines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
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
