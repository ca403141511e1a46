import { run } from "../../sdk/core/process/index.ts";
import type { Stack } from "./stack.ts";
import { checkout } from "./stack.ts";

export const nobody = 65_534;

/** Starts a program as root, for whom the modes of other users' files count as they do for anybody. */
export const asOwnerOnly = [
  ...["setpriv", "--bounding-set=-dac_override,-dac_read_search"],
  "--inh-caps=-dac_override,-dac_read_search",
];

/** Runs deploy-production through another program, such as one that takes rights away. */
export function deployThrough(
  prefix: readonly string[],
  stack: Stack,
  flags: readonly string[],
  env: Record<string, string | undefined> = {},
) {
  const script = `${checkout}/scripts/deploy-production.ts`;
  return run([...prefix, script, "--config", stack.configFile, ...flags], {
    deadlineMs: 120_000,
    cwd: "/",
    env,
  });
}
