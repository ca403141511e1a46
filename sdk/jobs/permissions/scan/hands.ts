import { apply, type Outcomes, type Task } from "./apply.ts";

/** What makes the changes while the walk goes on. */
export interface Hands {
  apply(task: Task): Promise<Outcomes>;
  end(): void;
}

/** So few changes are made sooner than a thread is started. */
const few = 2_000;

/** A thread of its own makes the changes: the kernel's work on them is most of all there is, and a second processor is often idle. */
export function openHands(): Hands {
  let worker: Worker | undefined;
  return {
    async apply(task) {
      if (worker === undefined && task.places.length < few) return apply(task);
      worker ??= new Worker(new URL("./apply-worker.ts", import.meta.url).href);
      const { promise, resolve, reject } = Promise.withResolvers<Outcomes>();
      worker.onmessage = ({ data }: MessageEvent<Outcomes>) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(`the thread that makes changes failed: ${message}`));
      worker.postMessage(task);
      return promise;
    },
    end: () => worker?.terminate(),
  };
}
