import { type LoadOptions, planLoad } from "./options.ts";
import type { LoadReport } from "./report.ts";
import { aborted, keepAsking } from "./requests.ts";
import { SocketHolders } from "./sockets.ts";
import { Tally } from "./tally.ts";
import { Uploaders } from "./uploads.ts";

export type { LoadOptions } from "./options.ts";
export type { LoadReport, SocketReport, UploadReport } from "./report.ts";

/** Users at the front door, from `startLoad` until `stop`. */
export interface Load {
  /** What has been seen so far. */
  snapshot(): LoadReport;
  /** Lets everybody finish what they have begun, and says what they saw. */
  stop(): Promise<LoadReport>;
  /** Settles when the load has ended, by `stop` or at its maximum duration. */
  readonly ended: Promise<LoadReport>;
}

/** Sets users on the front door: requests, WebSockets and slow uploads that never retry, and count what they see. */
export function startLoad(options: LoadOptions): Load {
  const plan = planLoad(options);
  const tally = new Tally();
  const sockets = new SocketHolders(plan, tally);
  const uploaders = new Uploaders(plan, tally);
  const stopping = new AbortController();
  const snapshot = () => ({ ...tally.report(), sockets: sockets.report(), uploads: uploaders.report() });
  const timer = setTimeout(() => stopping.abort(), plan.maximumMs);

  sockets.start();
  const asking = Promise.all(
    numbers(plan.connections, (number) => keepAsking(plan, tally, number, stopping.signal)),
  );
  const uploading = Promise.all(
    numbers(plan.uploads, (number) => uploaders.keepUploading(number, stopping.signal)),
  );

  const ended = (async () => {
    await aborted(stopping.signal);
    await asking;
    tally.end();
    await uploading;
    clearTimeout(timer);
    const report = snapshot();
    sockets.stop();
    return report;
  })();
  return {
    snapshot,
    ended,
    stop: () => {
      stopping.abort();
      return ended;
    },
  };
}

function numbers<T>(count: number, make: (number: number) => T): T[] {
  return Array.from({ length: count }, (_, number) => make(number));
}
