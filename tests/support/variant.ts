import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { z } from "zod";
import type { ConfigurationInput } from "../../sdk/core/config/index.ts";
import type { dockerHostSchema } from "../../sdk/core/config/schema/docker-host.ts";
import type { Stack } from "./stack.ts";

/** The configuration of a stack, as it was written. */
export type StackConfiguration = Omit<ConfigurationInput, "platform"> & {
  platform: z.input<typeof dockerHostSchema>;
};

/** What the stack's configuration says now; changing it changes nothing. */
export function configurationOf(stack: Stack): StackConfiguration {
  const text = readFileSync(stack.configFile, "utf8");
  return JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1));
}

/** Another configuration of the same stack, in a file of its own beside the first. */
export function variantOf(stack: Stack, change: (configuration: StackConfiguration) => object): string {
  const changed = change(configurationOf(stack));
  return configurationText(stack, `export default ${JSON.stringify(changed, null, 2)};\n`);
}

/** A configuration file that holds just this text. */
export function configurationText(stack: Stack, text: string): string {
  const file = join(dirname(stack.configFile), `variant-${crypto.randomUUID()}.config.ts`);
  writeFileSync(file, text);
  return file;
}
