import { say } from "./print.ts";

/**
 * Aborted by the first Ctrl-C, so that whatever was set up is taken down. A second one does not wait for that.
 */
export function interruptSignal(): AbortSignal {
  const interrupted = new AbortController();
  const interrupt = () => {
    if (interrupted.signal.aborted) process.exit(130);
    say("interrupted: taking down what was set up; again to leave it");
    interrupted.abort(new Error("interrupted"));
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, interrupt);
  return interrupted.signal;
}
