import { parseWindow, type Window, windowForms } from "../../core/calendar/index.ts";
import type { Configuration } from "../../core/config/index.ts";
import { Failure } from "../../core/errors/index.ts";

/**
 * When maintenance may work: as the command line says, or else the configuration; undefined for at any time.
 *
 * @throws Failure USAGE
 */
export function windowOf({ maintenance }: Configuration, text: string | undefined): Window | undefined {
  if (text === undefined) return maintenance.window;
  const window = parseWindow(text);
  if (window !== undefined) return window;
  throw new Failure("USAGE", {
    message: `--window ${JSON.stringify(text)} is no window`,
    why: `expected ${windowForms}`,
    remedy: "see ./scripts/maintenance.ts --help",
    details: { window: text },
  });
}
