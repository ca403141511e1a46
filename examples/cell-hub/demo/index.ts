export { assertExample } from "./assert-example.ts";
export { askStatus, exampleConfiguration } from "./deploy-production.ts";
export { takeDown } from "./down.ts";
export { type Story, tellStory } from "./story.ts";
export { rowsOf } from "./table.ts";
