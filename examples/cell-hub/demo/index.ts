export { takeDown } from "./down.ts";
export { assertExample, configFlags, demoConfiguration } from "./example-configuration.ts";
export { type Story, tellStory } from "./story.ts";
export { rowsOf } from "./table.ts";
