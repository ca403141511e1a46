import { start } from "node:repl";
import type { Io } from "../../core/cli/index.ts";

/**
 * Opens a REPL on standard input and output in which these names are known, and ends with it. What it shows has been
 * through the redactor, as everything is that a script prints.
 */
export async function openRepl(
  { redactor }: Pick<Io, "redactor">,
  names: Readonly<Record<string, unknown>>,
): Promise<void> {
  const colors = process.stdout.hasColors?.() ?? false;
  const repl = start({
    prompt: "switchover> ",
    writer: (value) => redactor.redact(Bun.inspect(value, { colors, depth: 6 })),
  });
  for (const [name, value] of Object.entries(names)) {
    Object.defineProperty(repl.context, name, {
      value,
      configurable: true,
      enumerable: true,
      writable: true,
    });
  }
  await new Promise<void>((resolve) => repl.once("exit", resolve));
}
