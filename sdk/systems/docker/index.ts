export { type DockerOptions, docker, runAgainstDaemon } from "./client.ts";
export {
  type ComposeProject,
  type ComposeTool,
  compose,
  composeArgv,
  composeCommand,
  composeConfig,
  findCompose,
  readComposeConfig,
} from "./compose.ts";
export { type ComposeService, composeModel } from "./compose-model.ts";
export { composeMounts } from "./compose-mounts.ts";
export { type Container, composeLabels, containersLabelled, containersOf, inspect } from "./containers.ts";
export { assertClientUnderstood, type Daemon, daemon } from "./daemon.ts";
export { type ContainerEvent, type ContainerEvents, containerEvents } from "./events.ts";
export { execute } from "./execute.ts";
export { findImage, type Image, imageUser, tagImage } from "./images.ts";
export { leavingNothing } from "./leftovers.ts";
export { beginningOfLog, eachLogLine } from "./logs.ts";
export { memoryKills } from "./memory-kills.ts";
export { allMounts, type BindMount, containersMounting, startedWith } from "./mounts.ts";
export { networkNames } from "./networks.ts";
export { type PortHolder, portHolders } from "./ports.ts";
export { type Failed, isReady, type Readiness, readiness } from "./readiness.ts";
export {
  filesOfImage,
  type ImageName,
  imageNames,
  imagesInUse,
  namelessImages,
  pruneBuildCache,
  removeImage,
} from "./unused.ts";
export { type Usage, usageOf } from "./usage.ts";
export { untilFailed, untilReady } from "./wait.ts";
