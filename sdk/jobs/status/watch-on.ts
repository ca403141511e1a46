import type { Io } from "../../core/cli/index.ts";
import { fullScreen } from "./screen.ts";
import type { Status } from "./status.ts";
import { watch } from "./watch.ts";

export type WatchIo = Pick<Io, "colors" | "print" | "redactor" | "signal">;

/**
 * Shows how things stand until Ctrl-C: on a terminal always the newest, in the same place; elsewhere a block of lines
 * each time that something has changed.
 */
export async function watchOn(
  io: WatchIo,
  { look, intervalMs }: { look: () => Promise<Status>; intervalMs: number },
): Promise<void> {
  const { colors, signal } = io;
  if (!process.stdout.isTTY || process.env["TERM"] === "dumb") {
    const show = (lines: readonly string[], changed: boolean) =>
      !changed || io.print([`${new Date().toISOString()}`, ...lines, ""].join("\n"));
    await watch({ look, intervalMs, signal, colors, show });
    return;
  }
  const newest = await onScreen(io, { look, intervalMs });
  for (const line of newest) io.print(line);
}

/** Gives the last lines that were shown, for the first screen. */
async function onScreen(
  { colors, redactor, signal }: WatchIo,
  { look, intervalMs }: { look: () => Promise<Status>; intervalMs: number },
): Promise<readonly string[]> {
  let newest: readonly string[] = [];
  using screen = fullScreen(process.stdout);
  const show = (lines: readonly string[]) => {
    newest = lines;
    const foot = colors.dim(
      `${new Date().toISOString().slice(11, 19)} UTC, every ${intervalMs / 1_000} s; Ctrl-C ends`,
    );
    screen.show([...lines, "", foot].map(redactor.redact));
    return true;
  };
  await watch({ look, intervalMs, signal, colors, show });
  return newest;
}
