import { closeSync, open } from "node:fs";
import { promisify } from "node:util";
import type { Hashed } from "./sha256-worker.ts";

const opened = promisify(open);

/**
 * The SHA-256 of a file, in hexadecimal digits. It is worked out on a thread of its own, piece by piece: a file of some
 * gigabytes neither fills the memory nor holds up the other checks.
 *
 * @throws Error when the file cannot be read, and the signal's reason when that fires first.
 */
export async function sha256Of(path: string, signal: AbortSignal): Promise<string> {
  const descriptor = await opened(path, "r");
  const worker = new Worker(new URL("./sha256-worker.ts", import.meta.url).href);
  // A thread that is ended closes nothing, and until it has ended it may still read.
  worker.addEventListener("close", () => closeSync(descriptor), { once: true });
  const { promise, resolve, reject } = Promise.withResolvers<Hashed>();
  const stop = () => reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  worker.onmessage = ({ data }: MessageEvent<Hashed>) => resolve(data);
  worker.onerror = ({ message }) => reject(new Error(message));
  worker.postMessage({ descriptor });
  try {
    const answer = await promise;
    if ("failed" in answer) throw new Error(answer.failed);
    return answer.digest;
  } catch (thrown) {
    worker.terminate();
    throw thrown;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
