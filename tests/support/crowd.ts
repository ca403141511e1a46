import { expect } from "bun:test";
import { resolve } from "node:path";
import type { LoadOptions, LoadReport } from "../../examples/cell-hub/load/index.ts";

/** Users at a front door who never try anything twice. */
export interface Crowd extends AsyncDisposable {
  /** What they have seen so far. */
  seen(): Promise<LoadReport>;
  /** Lets everybody finish what they have begun. */
  leave(): Promise<LoadReport>;
}

const script = resolve(import.meta.dir, "crowd-process.ts");
const answerMs = 60_000;

/** Enough that a gap of some milliseconds shows, and few enough that the machine goes on doing the rest. */
const usual = {
  connections: 8,
  ratePerConnection: 20,
  sockets: 4,
  uploads: 2,
  uploadMs: 1_500,
  maximumMs: 600_000,
};

export async function startCrowd(frontDoor: string, options: Partial<LoadOptions> = {}): Promise<Crowd> {
  let answered: ((report: LoadReport) => void) | undefined;
  const all: LoadOptions = { frontDoor, ...usual, ...options };
  const child = Bun.spawn([process.execPath, "--no-env-file", "--no-install", script, JSON.stringify(all)], {
    stdin: "ignore",
    stdout: "ignore",
    stderr: "inherit",
    ipc: (report: LoadReport) => answered?.(report),
  });
  const ask = async (question: "seen" | "leave") => {
    const { promise, resolve: answer, reject } = Promise.withResolvers<LoadReport>();
    const limit = setTimeout(() => reject(new Error("the crowd does not answer")), answerMs);
    answered = answer;
    child.send(question);
    return promise.finally(() => clearTimeout(limit));
  };
  const crowd: Crowd = {
    seen: () => ask("seen"),
    leave: () => ask("leave"),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
  await everybodyIsThere(crowd, all.sockets);
  return crowd;
}

async function everybodyIsThere(crowd: Crowd, sockets: number): Promise<void> {
  for (;;) {
    const report = await crowd.seen();
    if (report.answered > 0 && report.sockets.open === sockets) return;
    await Bun.sleep(20);
  }
}

/** No request, upload or WebSocket was lost. One that the server takes leave of opens another by itself. */
export function expectNothingLost({
  failures,
  non2xx,
  socketErrors,
  sockets,
  uploads,
  answered,
}: LoadReport): void {
  const { unexpectedCloses, wrongEchoes, refused } = sockets;
  expect(answered).toBeGreaterThan(0);
  expect({
    failures,
    non2xx,
    socketErrors,
    unexpectedCloses,
    wrongEchoes,
    refused,
    lost: uploads.lost,
  }).toEqual({
    failures: [],
    non2xx: 0,
    socketErrors: 0,
    unexpectedCloses: 0,
    wrongEchoes: 0,
    refused: 0,
    lost: 0,
  });
}
