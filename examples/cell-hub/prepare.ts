#!/usr/bin/env -S bun --no-env-file --no-install
import { join } from "node:path";
import { parseArgs } from "node:util";
import { makeDirectories } from "./prepare/directories.ts";
import { type EnvFiles, readEnvFile, writeEnvFiles } from "./prepare/env-files.ts";
import { type Choices, choose, home, type PrepareOptions } from "./prepare/options.ts";
import { vendorDriver } from "./prepare/vendor.ts";

export type { Color, PrepareOptions, ServicePorts } from "./prepare/options.ts";

/** Where everything of a prepared copy is. */
export interface Prepared {
  readonly envFiles: EnvFiles;
  readonly composeFiles: { readonly shared: string; readonly environment: string };
  readonly projects: { readonly shared: string; readonly blue: string; readonly green: string };
  /** The address that users see. */
  readonly frontDoor: string;
  readonly uploads: string;
  readonly assets: string;
  /** The directory of the switch's marker, a file named `green`. */
  readonly switchDirectory: string;
}

/** Makes a copy of the stack ready to be started: env files with fresh secrets, directories, and the vendored driver. */
export async function prepare(options: PrepareOptions = {}): Promise<Prepared> {
  const choices = choose(options);
  const envFiles = await writeEnvFiles(choices);
  const prepared = describe(choices, envFiles, await readEnvFile(envFiles.shared));
  await makeDirectories(join(prepared.uploads, ".."), prepared.switchDirectory);
  await vendorDriver();
  return prepared;
}

/** What the env files say counts, since one that existed was kept. */
function describe(
  choices: Choices,
  envFiles: EnvFiles,
  shared: Record<string, string | undefined>,
): Prepared {
  const name = shared["CELL_HUB_NAME"] ?? choices.name;
  const data = shared["CELL_HUB_DATA"] ?? choices.data;
  return {
    envFiles,
    composeFiles: {
      shared: join(home, "docker-compose.shared.yml"),
      environment: join(home, "docker-compose.yml"),
    },
    projects: { shared: `${name}-shared`, blue: `${name}-blue`, green: `${name}-green` },
    frontDoor: `http://127.0.0.1:${shared["CELL_HUB_FRONT_PORT"] ?? choices.frontPort}`,
    uploads: join(data, "uploads"),
    assets: join(data, "assets"),
    switchDirectory: shared["CELL_HUB_SWITCH"] ?? choices.switchDirectory,
  };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      directory: { type: "string" },
      name: { type: "string" },
      subnet: { type: "string" },
      "front-port": { type: "string" },
    },
  });
  const prepared = await prepare({
    ...(values.directory && { directory: values.directory }),
    ...(values.name && { name: values.name }),
    ...(values.subnet && { subnet: values.subnet }),
    ...(values["front-port"] && { frontPort: Number(values["front-port"]) }),
  });
  process.stdout.write(`${JSON.stringify(prepared, null, 2)}\n`);
}
