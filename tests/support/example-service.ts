import { resolve } from "node:path";
import { freePorts } from "./free.ts";
import { untilPasses } from "./until.ts";

const example = resolve(import.meta.dir, "../../examples/cell-hub");

/** A service of the example, as a process of this machine. */
export interface ExampleService extends AsyncDisposable {
  port: number;
  url: string;
}

/** What the backend wants to be told; it asks for nothing of these before it is asked for its health. */
const secrets = {
  DB_PASSWORD: "kX9-2pLw",
  REDIS_PASSWORD: "kX9-2pLw",
  JWT_ACCESS_SECRET: "kX9-2pLw-access",
  JWT_REFRESH_SECRET: "kX9-2pLw-refresh",
};

/** Starts a service without what stands behind it: no database and no cache. */
export async function startExampleService(
  name: "backend" | "ml",
  variables: Record<string, string> = {},
): Promise<ExampleService> {
  const [port = 0] = await freePorts(1);
  const child = Bun.spawn([process.execPath, "--no-env-file", "--no-install", `${name}/server.ts`], {
    cwd: example,
    env: {
      ...process.env,
      ...secrets,
      PORT: String(port),
      MODEL_LOAD_SECONDS: "0",
      SWITCHOVER_ENVIRONMENT: "green",
      CELL_HUB_RELEASE: "r2",
      ...variables,
    },
    stdin: "ignore",
    stdout: "ignore",
    stderr: "ignore",
  });
  const url = `http://127.0.0.1:${port}`;
  const path = name === "ml" ? "/api/v1/model" : "/api/version";
  await untilPasses(async () => {
    const { ok } = await fetch(`${url}${path}`);
    if (!ok) throw new Error(`${name} is not ready`);
  }, 30_000);
  return {
    port,
    url,
    async [Symbol.asyncDispose]() {
      child.kill();
      await child.exited;
    },
  };
}
