import { wantsColors } from "./colors.ts";
import { tell } from "./output.ts";
import { printable, truncated } from "./printable.ts";

/** Standard error: lines, and on a terminal live ones below them. */
export interface Terminal {
  readonly live: boolean;
  readonly colored: boolean;
  line(text: string): void;
  /** Shows live lines in the place of the last ones, or none; where standard error is no terminal nothing happens. */
  status(text: string | undefined): void;
  /** Writes a question, and leaves the cursor behind it. */
  prompt(text: string): void;
}

const eraseLine = "\r\u001b[2K";
const lineUp = "\u001b[1A";
/** A PTY that nobody has given a size to has 0 columns and 0 rows. */
const usual = { columns: 80, rows: 24 };

/** Standard error, as it is: a terminal that can redraw its last lines, or a stream of lines. */
export function openTerminal(color: boolean): Terminal {
  const live = process.stderr.isTTY === true && process.env["TERM"] !== "dumb";
  const colored = wantsColors(process.stderr, color);
  let shown = "";
  const erase = () =>
    shown === ""
      ? ""
      : shown
          .split("\n")
          .map(() => eraseLine)
          .join(lineUp);
  return {
    live,
    colored,
    line(text) {
      tell(`${erase()}${printable(text, colored)}\n${shown}`);
    },
    status(text) {
      if (!live) return;
      const before = erase();
      shown = text === undefined ? "" : fitting(printable(text, false));
      tell(before + shown);
    },
    prompt(text) {
      tell(`${erase()}${printable(text, colored)} `);
      shown = "";
    },
  };
}

/** One row and one column less than there are: what fills a terminal may wrap, and what leaves it cannot be erased. */
function fitting(text: string): string {
  const rows = (process.stderr.rows || usual.rows) - 1;
  const columns = (process.stderr.columns || usual.columns) - 1;
  return text
    .split("\n")
    .slice(0, rows)
    .map((line) => truncated(line, columns))
    .join("\n");
}
