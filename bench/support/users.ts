import { join } from "node:path";
import { z } from "zod";
import { follow } from "../../sdk/core/process/index.ts";
import { checkout } from "../../tests/support/stack.ts";
import { bun } from "./bun.ts";
import { collect } from "./collect.ts";

const count = z.int().nonnegative();

const reportSchema = z.object({
  sockets: z.object({
    opened: count,
    echoes: count,
    wrongEchoes: count,
    politeCloses: count,
    unexpectedCloses: count,
    refused: count,
  }),
  uploads: z.object({ started: count, confirmed: count, lost: count }),
  failures: z.array(z.string()),
});

export interface UsersReport {
  /** Requests to a WebSocket that were echoed. */
  echoes: number;
  /** WebSockets that were closed or refused, politely or not, and echoes that were wrong. */
  closedSockets: number;
  uploads: number;
  lostUploads: number;
  failures: readonly string[];
}

export interface Users extends AsyncDisposable {
  /** Lets the uploads end, and says what the users saw. */
  stop(): Promise<UsersReport>;
}

const longestSeconds = 300;

/** The example's users who hold WebSockets and upload slowly, in a process of their own. */
export function startUsers(frontDoor: string): Users {
  const script = join(checkout, "examples/cell-hub/load/run.ts");
  const flags = ["--connections", "0", "--sockets", "10", "--uploads", "4", "--seconds", `${longestSeconds}`];
  const running = follow([...bun, script, "--front-door", frontDoor, ...flags]);
  const printed = collect(running);
  return {
    stop: async () => {
      running.child.kill("SIGTERM");
      return read(await printed);
    },
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}

function read(printed: string): UsersReport {
  const { sockets, uploads, failures } = reportSchema.parse(JSON.parse(printed));
  if (sockets.echoes === 0 || uploads.started === 0)
    throw new Error(`nobody was at the front door: ${failures.join("; ")}`);
  const { politeCloses, unexpectedCloses, refused, wrongEchoes } = sockets;
  return {
    echoes: sockets.echoes,
    closedSockets: politeCloses + unexpectedCloses + refused + wrongEchoes,
    uploads: uploads.confirmed,
    lostUploads: uploads.lost,
    failures,
  };
}
