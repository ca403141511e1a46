import { z } from "zod";
import { createRedactor, secretsOfEnvironment } from "../../sdk/core/log/index.ts";
import {
  type ComposeProject,
  composeConfig,
  type DockerOptions,
  readComposeConfig,
} from "../../sdk/systems/docker/index.ts";
import { lastWords } from "../words.ts";
import type { Variables } from "./variables.ts";

const modelSchema = z.object({
  services: z.record(z.string(), z.unknown()).default({}),
  networks: z.record(z.string(), z.unknown()).default({}),
});

export type Model =
  | { accepted: false; said: string }
  | {
      accepted: true;
      services: Readonly<Record<string, unknown>>;
      networks: Readonly<Record<string, unknown>>;
      /** The variables that Compose itself found no value for. */
      unset: readonly string[];
    };

/** Both versions of Compose replace what is not set by nothing, and only mention it; version 2 escapes its quotes. */
const unsetWarning = /The \\?"?([A-Za-z_][A-Za-z0-9_]*)\\?"? variable is not set/g;

/** Lets Compose read its files. What it says is cleared of the env files' secrets. */
export async function readModel(
  on: ComposeProject,
  { fromFiles, given }: Variables,
  options: DockerOptions,
): Promise<Model> {
  const completed = await composeConfig(on, { ...options, env: { ...given } });
  if (completed.exitCode !== 0) {
    const { redact } = createRedactor(secretsOfEnvironment(fromFiles));
    return { accepted: false, said: redact(lastWords(completed.stderr)) };
  }
  return {
    accepted: true,
    ...modelSchema.parse(await readComposeConfig(completed.stdout)),
    unset: [...new Set(completed.stderr.matchAll(unsetWarning).map(([, name = ""]) => name))],
  };
}
