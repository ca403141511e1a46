import { writeSync } from "node:fs";

/** Shows blocks of lines, each in the place of the one before. */
export interface Screen extends Disposable {
  show(lines: readonly string[]): void;
}

/** A PTY that nobody has given a size to has 0 rows. */
const usualRows = 24;

const introducer = "\u001b[";
const enter = `${introducer}?1049h${introducer}?25l${introducer}?7l`;
const leave = `${introducer}?7h${introducer}?25h${introducer}?1049l`;
const home = `${introducer}H`;
const eraseRest = `${introducer}K`;
const eraseBelow = `${introducer}J`;

/**
 * A terminal's second screen. Lines are written over the old ones rather than after an erased screen, in one write, so
 * nothing flickers; what does not fit is cut. The first screen is back when it is let go, or when the process ends.
 */
export function fullScreen(terminal: { fd: number; rows: number }): Screen {
  const write = (text: string) => void writeSync(terminal.fd, text);
  const restore = () => write(leave);
  process.once("exit", restore);
  write(enter);
  return {
    show(lines) {
      const shown = lines.slice(0, (terminal.rows || usualRows) - 1);
      write(`${home}${shown.map((line) => `${line}${eraseRest}\n`).join("")}${eraseBelow}`);
    },
    [Symbol.dispose]() {
      process.off("exit", restore);
      restore();
    },
  };
}
