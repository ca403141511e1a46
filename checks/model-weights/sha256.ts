import type { Hashed } from "./sha256-worker.ts";

/**
 * The SHA-256 of a file, in hexadecimal digits. It is worked out on a thread of its own, piece by piece: a file of some
 * gigabytes neither fills the memory nor holds up the other checks.
 *
 * @throws Error when the file cannot be read, and the signal's reason when that fires first.
 */
export async function sha256Of(path: string, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  const worker = new Worker(new URL("./sha256-worker.ts", import.meta.url).href);
  const { promise, resolve, reject } = Promise.withResolvers<Hashed>();
  const stop = () => reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  worker.onmessage = ({ data }: MessageEvent<Hashed>) => resolve(data);
  worker.onerror = ({ message }) => reject(new Error(message));
  worker.postMessage({ path });
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
