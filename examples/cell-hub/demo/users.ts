import { resolve } from "node:path";
import type { LoadReport } from "../load/index.ts";

export type LoadResult = LoadReport;

export interface Users extends AsyncDisposable {
  /** Lets everybody finish, and says what they saw. */
  leave(): Promise<LoadResult>;
}

const script = resolve(import.meta.dir, "../load/run.ts");

/** Some hundred requests a second: enough that a gap of a few milliseconds would show, and this machine stays usable. */
const crowd = [
  "--connections",
  "20",
  "--rate",
  "25",
  "--sockets",
  "10",
  "--uploads",
  "4",
  "--seconds",
  "300",
];

/** Sets users on the front door, in a process whose clock nothing here holds up. */
export function startUsers(frontDoor: string): Users {
  const child = Bun.spawn(
    [process.execPath, "--no-env-file", "--no-install", script, "--front-door", frontDoor, ...crowd],
    {
      stdin: "ignore",
      stdout: "pipe",
      stderr: "inherit",
    },
  );
  const printed = new Response(child.stdout).text();
  return {
    async leave() {
      child.kill("SIGTERM");
      return JSON.parse(await printed);
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}
