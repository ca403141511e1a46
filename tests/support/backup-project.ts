import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Configuration, parseConfiguration } from "../../sdk/core/config/index.ts";
import type { PostgresServer } from "./postgres.ts";
import { type ScriptRun, type Started, startScript } from "./script.ts";

/** A project of a test's own, whose database is a test's server. */
export interface BackupProject extends Disposable {
  root: string;
  configFile: string;
  configuration: Configuration;
  backups: string;
  /** Starts a script with this project's configuration. */
  start(script: string, flags?: readonly string[], env?: Record<string, string>): Started;
  run(script: string, flags?: readonly string[], env?: Record<string, string>): Promise<ScriptRun>;
}

/**
 * @param server the database's; a project without one has no database.
 * @param backups what the configuration says of backups.
 * @param database what it says of the database differently.
 * @param more what it says differently beside those, such as the project's name.
 */
export function openBackupProject(
  server: PostgresServer | undefined,
  backups: Record<string, unknown> = {},
  database: Record<string, unknown> = {},
  more: Record<string, unknown> = {},
): BackupProject {
  const root = mkdtempSync(join(tmpdir(), "switchover-backup-"));
  const configFile = join(root, "config", "deployment.config.ts");
  const password = server?.access().password ?? "";
  mkdirSync(join(root, "config"));
  writeFileSync(join(root, ".env"), `DB_PASSWORD=${JSON.stringify(password)}\n`, { mode: 0o600 });
  const values = { ...configurationFor(server, backups, database), ...more };
  writeFileSync(configFile, `export default ${JSON.stringify(values, null, 2)};\n`);
  const start: BackupProject["start"] = (script, flags = [], env = {}) =>
    startScript(script, ["--config", configFile, ...flags], env);
  return {
    root,
    configFile,
    configuration: parseConfiguration(values, configFile),
    backups: join(root, "backups"),
    start,
    run: (script, flags, env) => start(script, flags, env).ended,
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}

function configurationFor(
  server: PostgresServer | undefined,
  backups: Record<string, unknown>,
  database: Record<string, unknown>,
) {
  const compose = (project: string) => ({ project, files: ["docker-compose.yml"], envFiles: [".env"] });
  return {
    project: "backups",
    platform: {
      kind: "docker-host",
      environments: { blue: compose("backups-blue"), green: compose("backups-green") },
      // The container's labels are those of a Compose project.
      shared: { ...compose(server?.container ?? "backups-shared"), services: ["postgres"] },
      proxy: { service: "edge", frontDoor: "http://127.0.0.1:1", markerDirectory: "switch" },
    },
    services: [{ name: "app", ports: { blue: 1, green: 2 }, frontDoorPath: "/" }],
    database:
      server === undefined
        ? { mode: "none" }
        : { mode: "shared", service: "postgres", name: "app", user: "owner", ...database },
    backups,
  };
}
