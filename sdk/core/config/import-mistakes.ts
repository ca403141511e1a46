import { messageOf } from "../errors/index.ts";

const atMost = 5;

/**
 * Why a file could not be imported, a line for each of the first mistakes, with their places where Bun knows them.
 *
 * @param file the one that was imported, as an absolute path: what it imports itself is named, too
 */
export function importMistakes(thrown: unknown, file: string): string {
  const mistakes: unknown[] = thrown instanceof AggregateError ? thrown.errors : [thrown];
  return mistakes
    .slice(0, atMost)
    .map((mistake) => placeOf(mistake, file) + messageOf(mistake))
    .join("\n");
}

function placeOf(mistake: unknown, file: string): string {
  const place = mistake instanceof BuildMessage ? mistake.position : null;
  if (place === null) return "";
  const elsewhere = place.file === file ? "" : `${place.file}, `;
  return `${elsewhere}line ${place.line}, column ${place.column}: `;
}
