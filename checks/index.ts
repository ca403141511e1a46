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
export { type MaintenanceChecks, maintenanceChecks } from "./sets/maintenance.ts";
export { frontDoorChecks, postDeploymentChecks, preDeploymentChecks } from "./sets.ts";
