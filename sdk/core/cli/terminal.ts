import { wantsColors } from "./colors.ts";
import { stderr, writeWhole } from "./output.ts";
import { printable, truncated } from "./printable.ts";

/** Standard error: lines, and on a terminal one live line below them. */
export interface Terminal {
  readonly live: boolean;
  readonly colored: boolean;
  line(text: string): void;
  /** Shows a live line in the place of the last one, or none; where standard error is no terminal nothing happens. */
  status(text: string | undefined): void;
  /** Writes a question, and leaves the cursor behind it. */
  prompt(text: string): void;
}

const eraseLine = "\r\u001b[2K";

export function openTerminal(color: boolean): Terminal {
  const live = process.stderr.isTTY === true && process.env["TERM"] !== "dumb";
  const colored = wantsColors(process.stderr, color);
  let shown = "";
  const erase = () => (shown === "" ? "" : eraseLine);
  return {
    live,
    colored,
    line(text) {
      writeWhole(stderr, `${erase()}${printable(text, colored)}\n${shown}`);
    },
    status(text) {
      if (!live) return;
      const before = erase();
      // One column less than there are: a terminal may wrap a line that fills it.
      shown = text === undefined ? "" : truncated(printable(text, false).replaceAll("\n", " "), width() - 1);
      writeWhole(stderr, before + shown);
    },
    prompt(text) {
      writeWhole(stderr, `${erase()}${printable(text, colored)} `);
      shown = "";
    },
  };
}

/** A PTY that nobody has given a size to has 0 columns. */
function width(): number {
  return process.stderr.columns || 80;
}
