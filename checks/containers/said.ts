const introducer = "\u001b";

/** Which texts a line says: as it is written, or as a terminal shows it, without the colours in between. */
export function saidIn(line: string): (text: string) => boolean {
  const shown = line.includes(introducer) ? Bun.stripANSI(line) : line;
  return (text) => line.includes(text) || shown.includes(text);
}
