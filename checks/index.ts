export * from "./all.ts";
export { catalogue } from "./catalogue.ts";
export {
  type AnyCheck,
  type BoundCheck,
  type CatalogueEntry,
  type CheckDefinition,
  type DefinedCheck,
  defineCheck,
  type Variation,
} from "./define.ts";
export { frontDoorChecks, postDeploymentChecks, preDeploymentChecks } from "./sets.ts";
