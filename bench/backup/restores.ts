import { listBackups } from "../../sdk/core/manifest/index.ts";
import { succeed } from "../../sdk/core/process/index.ts";
import { inTurns } from "../support/turns.ts";
import type { Gigabyte } from "./database.ts";

const deadlineMs = 300_000;
const dump = "/tmp/bench.dump";
const scratch = "bench_restored";

/** Seconds that a restore takes. */
export interface Restores {
  /** By restore-db: decoded, hashed, restored, analysed, compared with the manifest, and given its name. */
  ours: number[];
  /** By `pg_restore -j2`, from an uncompressed dump that lies in the container already. */
  pgRestore: number[];
}

/** Restores the database of a gigabyte beside itself, in turns. */
export async function measureRestores(
  gigabyte: Gigabyte,
  rounds: number,
  signal: AbortSignal,
): Promise<Restores> {
  const { server, project } = gigabyte;
  const inContainer = (...argv: string[]) =>
    succeed(["docker", "exec", server.container, ...argv], { deadlineMs, signal });
  await inContainer("pg_dump", "-U", "owner", "-Fc", "-Z0", "-f", dump, "app");
  const made = await project.run("backup-db", ["--database", "app"]);
  if (made.exitCode !== 0) throw new Error(made.stderr);
  const id = listBackups(project.backups).backups[0]?.id ?? "";
  const drop = () => server.psql(`DROP DATABASE ${scratch} WITH (FORCE)`, "postgres");
  return inTurns(
    rounds,
    {
      ours: async () => {
        const flags = ["restore", id, "--database", "app", "--as", scratch];
        const { exitCode, stderr, durationMs } = await project.run("restore-db", flags);
        if (exitCode !== 0) throw new Error(stderr);
        await drop();
        return durationMs / 1_000;
      },
      pgRestore: async () => {
        await server.psql(`CREATE DATABASE ${scratch} TEMPLATE template0`, "postgres");
        const began = performance.now();
        await inContainer("pg_restore", "-U", "owner", "-j2", "--exit-on-error", "-d", scratch, dump);
        const seconds = (performance.now() - began) / 1_000;
        await drop();
        return seconds;
      },
    },
    signal,
  );
}
