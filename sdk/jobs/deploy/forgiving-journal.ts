import { messageOf } from "../../core/errors/index.ts";
import type { Journal } from "../../core/journal/index.ts";

/**
 * A journal that says once that it cannot be written, and lets the run go on. Only for a way back: in an incident the
 * last good release must not be refused for want of room to write about it.
 */
export function forgiving<R extends object>(
  open: () => Journal<R>,
  warn: (text: string) => void,
): Journal<R> {
  let warned = false;
  const tolerate = <T>(act: () => T): T | undefined => {
    try {
      return act();
    } catch (thrown) {
      if (!warned) warn(`going on without a journal: ${messageOf(thrown)}`);
      warned = true;
      return undefined;
    }
  };
  const journal = tolerate(open);
  const close = () => journal?.close();
  return {
    path: journal?.path ?? "",
    append: (record) => tolerate(() => journal?.append(record)),
    close,
    [Symbol.dispose]: close,
  };
}
