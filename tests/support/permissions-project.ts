import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Fixed } from "../../sdk/jobs/permissions/index.ts";
import { documentOf } from "./document.ts";
import { type ScriptRun, type Started, startScript } from "./script.ts";

/** The user that the policy of these projects gives files to. */
export const application = 41_001;

/** A folder with a configuration whose permissions can be fixed, and nothing that runs. */
export interface PermissionsProject extends Disposable {
  root: string;
  path: (...parts: string[]) => string;
  /** Makes a file, and the folders on its way; its path. */
  file: (...parts: string[]) => string;
  start(...flags: string[]): Started;
  /** Starts it through another program, such as one that takes rights away. */
  through(prefix: readonly string[], ...flags: string[]): Started;
  /** Runs the script to its end. */
  run(...flags: string[]): Promise<ScriptRun>;
  /** Runs it with --json, and gives what it found; a run that fails gives it too. */
  fix(...flags: string[]): Promise<Fixed>;
  /** The runs that left a record, the oldest first. */
  runs(): string[];
}

export interface ProjectParts {
  permissions?: object;
  /** Sections beside it. */
  others?: object;
  /** Where the project lies; a folder of its own unless told. */
  root?: string;
}

export function permissionsProject({
  permissions = {},
  others = {},
  root: given,
}: ProjectParts = {}): PermissionsProject {
  const root = given ?? realpathSync(mkdtempSync(join(tmpdir(), "switchover-permissions-")));
  const path = (...parts: string[]) => join(root, ...parts);
  const compose = (project: string) => ({ project, files: ["compose.yml"] });
  const configuration = {
    project: "permissions",
    platform: {
      kind: "docker-host",
      environments: { blue: compose("permissions-blue"), green: compose("permissions-green") },
      shared: { ...compose("permissions-shared"), services: ["edge"] },
      proxy: { service: "edge", frontDoor: "http://127.0.0.1:9", markerDirectory: "switch" },
    },
    services: [{ name: "web", ports: { blue: 4000, green: 5000 }, frontDoorPath: "/" }],
    uploads: { blue: "uploads", green: "uploads" },
    permissions: { uid: application, gid: application, ...permissions },
    ...others,
  };
  mkdirSync(path("config"), { recursive: true });
  mkdirSync(path("uploads"), { recursive: true });
  writeFileSync(path("compose.yml"), "services:\n  edge:\n    image: none\n");
  const file = path("config/deployment.config.ts");
  writeFileSync(file, `export default ${JSON.stringify(configuration)};\n`);
  const start = (...flags: string[]) => startScript("fix-permissions", ["--config", file, ...flags]);
  const through = (prefix: readonly string[], ...flags: string[]) =>
    startScript("fix-permissions", ["--config", file, ...flags], {}, prefix);
  const run = (...flags: string[]) => start(...flags).ended;
  return {
    root,
    path,
    file(...parts) {
      const made = path(...parts);
      mkdirSync(join(made, ".."), { recursive: true });
      writeFileSync(made, parts.join("/"));
      return made;
    },
    start,
    through,
    run,
    fix: async (...flags) => documentOf(await run("--json", ...flags)).result as Fixed,
    runs: () => readdirSync(path(".switchover/permissions")).sort(),
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}
