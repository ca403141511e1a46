export { frontDoorAuthority } from "./authority.ts";
export { composeProjectOf, composeServiceOf } from "./compose.ts";
export { readEnvEntries, readEnvFile, readEnvFiles } from "./env-file.ts";
export { inputSchema, type SchemaNode } from "./input-schema.ts";
export { type Configuration, defineConfig, loadConfiguration, parseConfiguration } from "./load.ts";
export { ownNames } from "./own-names.ts";
export type { RemoteAuth, RemoteValues } from "./schema/backups-remote.ts";
export type { AddedCheck } from "./schema/checks.ts";
export type { ComposeValues, DockerHostValues } from "./schema/docker-host.ts";
export { isThisMachine, type NotifyValues, notifySchema } from "./schema/notify.ts";
export { type ConfigurationInput, configurationSchema } from "./schema.ts";
export { type ShellKey, shellKeys } from "./shell-file/keys.ts";
export { fromShellFile, type ShellFileSettings } from "./shell-file.ts";
export {
  duration,
  longestTimerMs,
  parseDuration,
  parseSize,
  shownBytes,
  shownDuration,
  shownSize,
  size,
} from "./units.ts";
