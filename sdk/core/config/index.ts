export { composeProjectOf, composeServiceOf } from "./compose.ts";
export { readEnvEntries, readEnvFile, readEnvFiles } from "./env-file.ts";
export { type Configuration, defineConfig, loadConfiguration, parseConfiguration } from "./load.ts";
export { ownNames } from "./own-names.ts";
export type { ComposeValues, DockerHostValues } from "./schema/docker-host.ts";
export { type ConfigurationInput, configurationSchema } from "./schema.ts";
export { type ShellKey, shellKeys } from "./shell-file/keys.ts";
export { fromShellFile, type ShellFileSettings } from "./shell-file.ts";
export { duration, parseDuration, parseSize, shownDuration, shownSize, size } from "./units.ts";
