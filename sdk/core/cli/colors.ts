/** Colours for the talk on standard error; each gives its text back unchanged where colours are not wanted. */
export interface Colors {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
}

/** The colours, or the plain texts where they are not wanted. */
export function createColors(enabled: boolean): Colors {
  const style = (open: number, close: number) => (text: string) =>
    enabled ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  return {
    bold: style(1, 22),
    dim: style(2, 22),
    red: style(31, 39),
    green: style(32, 39),
    yellow: style(33, 39),
    cyan: style(36, 39),
  };
}

/** Whether a stream shows colours, and whether the person wants them. */
export function wantsColors(stream: { isTTY?: boolean; hasColors?: () => boolean }, flag: boolean): boolean {
  if (!flag || stream.isTTY !== true) return false;
  if ((process.env["NO_COLOR"] ?? "") !== "" || process.env["TERM"] === "dumb") return false;
  return stream.hasColors?.() ?? false;
}
