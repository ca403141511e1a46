import { resolve } from "node:path";
import type { Subprocess } from "bun";

/** A script that ended. */
export interface ScriptRun {
  exitCode: number | null;
  signal: string | number | null;
  stdout: string;
  stderr: string;
  durationMs: number;
}

export interface Started {
  child: Subprocess;
  ended: Promise<ScriptRun>;
  /** Resolves when standard error has shown this text; rejects when the script ends without it. */
  shows(text: string): Promise<void>;
}

const scripts = resolve(import.meta.dir, "../../scripts");

/**
 * Starts a script as its user would: the file itself, from a directory that has nothing to do with it; or through
 * another program, whose argument list then stands before it.
 */
export function startScript(
  name: string,
  args: readonly string[],
  env: Record<string, string> = {},
  through: readonly string[] = [],
): Started {
  const begun = performance.now();
  const child = Bun.spawn([...through, `${scripts}/${name}.ts`, ...args], {
    cwd: "/",
    env: { ...process.env, ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const watchers = new Set<() => void>();
  let shown = "";
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of child.stderr) {
      shown += decoder.decode(chunk, { stream: true });
      for (const check of watchers) check();
    }
  })();
  const ended = (async (): Promise<ScriptRun> => {
    const [stdout] = await Promise.all([new Response(child.stdout).text(), reading, child.exited]);
    return {
      exitCode: child.exitCode,
      signal: child.signalCode,
      stdout,
      stderr: shown,
      durationMs: performance.now() - begun,
    };
  })();
  return { child, ended, shows: (text) => untilShown(text, () => shown, watchers, ended) };
}

function untilShown(
  text: string,
  shown: () => string,
  watchers: Set<() => void>,
  ended: Promise<ScriptRun>,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const check = () => {
    if (shown().includes(text)) resolve();
  };
  watchers.add(check);
  check();
  void ended.then(() => reject(new Error(`ended without showing "${text}":\n${shown()}`)));
  return promise.finally(() => watchers.delete(check));
}
