export { type DockerOptions, docker, runAgainstDaemon } from "./client.ts";
export { type ComposeProject, type ComposeTool, compose, composeArgv, findCompose } from "./compose.ts";
export { type ComposeService, composeModel } from "./compose-model.ts";
export { type Container, composeLabels, containersLabelled, containersOf, inspect } from "./containers.ts";
export { type ContainerEvent, type ContainerEvents, containerEvents } from "./events.ts";
export { findImage, type Image, tagImage } from "./images.ts";
export { isReady, type Readiness, readiness } from "./readiness.ts";
export { untilReady } from "./wait.ts";
