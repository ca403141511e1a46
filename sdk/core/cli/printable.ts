const introducer = "\u001b";
const colourOrControl = new RegExp(
  `(${introducer}\\[[\\d;]*m)|(?![\\n\\t])[\\p{Cc}\\u202a-\\u202e\\u2066-\\u2069]`,
  "gu",
);

/**
 * The text as a terminal may be given it: colours stay where they are wanted, and whatever else could move
 * the cursor or rename the window is dropped, since part of what is said comes from the programs that were called.
 */
export function printable(text: string, colored: boolean): string {
  return text.replace(colourOrControl, (_, colour: string | undefined) => (colored ? (colour ?? "") : ""));
}

/** The text, cut to fit into so many columns, with `…` where something is missing. It must be without colours. */
export function truncated(text: string, columns: number): string {
  if (Bun.stringWidth(text) <= columns) return text;
  let kept = "";
  let width = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    width += Bun.stringWidth(segment);
    if (width > columns - 1) break;
    kept += segment;
  }
  return columns > 0 ? `${kept}…` : "";
}
