import { messageOf } from "../../../core/errors/index.ts";
import { readFacts } from "./facts.ts";
import { prepare } from "./prepare.ts";
import { snapshot } from "./snapshot.ts";
import { swap } from "./swap.ts";

/**
 * SQLite works without giving way: a copy of some gigabytes would keep the script that asked for it from hearing Ctrl-C.
 * So it works in a process of its own, which can be ended. The answer is one line of JSON.
 */
const verbs = {
  facts: readFacts,
  prepare,
  snapshot,
  swap,
} as const satisfies Record<string, (...args: [string, string, string]) => unknown>;

const [verb = "", first = "", second = "", third = ""] = process.argv.slice(2);
process.stdout.write(`${JSON.stringify(answer())}\n`);

function answer(): object {
  try {
    if (!isVerb(verb)) throw new Error(`there is no verb ${verb}`);
    return { done: verbs[verb](first, second, third) ?? null };
  } catch (thrown) {
    return { failed: { code: codeOf(thrown), message: messageOf(thrown) } };
  }
}

/** SQLite's own name for the error, or the errno; empty when there is none. */
function codeOf(thrown: unknown): string {
  return thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
}

function isVerb(text: string): text is keyof typeof verbs {
  return Object.hasOwn(verbs, text);
}
